// One WebRTC connection to a session. It reports what happens and never reconnects by itself.

const GATHER_MS = 600;
const CONNECT_MS = 8000;
const LOST_MS = 2500;
const PONG_MS = 8000;
// A server sends media all the time, to silent clients too.
const WATCH_MS = 250;
const QUIET_MS = 750;
const SILENT_MS = 4000;
const SHOW_MS = 3000;

export class Connection extends EventTarget {
  #api;
  #session;
  #pc = null;
  #channel = null;
  #audio = null;
  #timers = new Set();
  #lastPong = 0;
  #packets = 0;
  #lastPacket = 0;
  #probing = false;
  #closed = false;
  #leaving = false;
  #show = null;

  constructor(api, session) {
    super();
    this.#api = api;
    this.#session = session;
    /** Resolved when there is a picture. */
    this.shown = new Promise(resolve => (this.#show = resolve));
  }

  /**
   * Offers, connects, and resolves once media can flow and the data channel is open.
   * @param {object[]} iceServers STUN and TURN servers
   */
  async open(iceServers) {
    const pc = this.#pc = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.#audio = pc.addTransceiver("audio", { direction: "sendrecv" });
    pc.addTransceiver("video", { direction: "recvonly" });
    const channel = this.#channel = pc.createDataChannel("message", { protocol: "message" });

    const stream = new MediaStream();
    pc.ontrack = event => {
      stream.addTrack(event.track);
      if ("jitterBufferTarget" in event.receiver) event.receiver.jitterBufferTarget = 0;
      if (event.track.kind === "video") this.#shown(event.track, stream);
    };
    pc.onconnectionstatechange = () => this.#watch(pc.connectionState);
    const opened = new Promise((resolve, reject) => {
      channel.onopen = resolve;
      this.#after(CONNECT_MS, () => reject(new Error("The media connection could not be made. A firewall may block UDP.")));
      this.addEventListener("lost", () => reject(new Error("The connection was lost.")), { once: true });
    });
    opened.catch(() => {});
    channel.onmessage = event => this.#received(event.data);
    channel.onclose = () => this.#lose();

    await pc.setLocalDescription();
    await this.#gathered(pc);
    const answer = await this.#api.exchange(this.#session, pc.localDescription);
    await pc.setRemoteDescription(answer);
    await opened;
    this.#lastPong = this.#lastPacket = performance.now();
    this.#every(1000, () => this.#ping());
    this.#every(WATCH_MS, () => this.#listen(pc));
  }

  send(type, data = {}) {
    if (this.#channel?.readyState !== "open") return false;
    this.#channel.send(JSON.stringify({ type, data }));
    return true;
  }

  /** Sends this track as the microphone, or silence for null. No renegotiation. */
  setMicrophone(track) {
    return this.#audio?.sender.replaceTrack(track);
  }

  stats() {
    return this.#pc?.getStats();
  }

  /** Asks the server whether it is there, after a sign that it may be gone. */
  suspect() {
    if (!this.#probing && !this.#closed) this.#probe();
  }

  /** The server stops soon. */
  leave() {
    if (this.#leaving || this.#closed) return;
    this.#leaving = true;
    this.#emit("leaving");
  }

  close() {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer), clearInterval(timer);
    this.#timers.clear();
    this.#channel?.close();
    this.#pc?.close();
  }

  #received(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (message.type === "ping") this.#lastPong = performance.now();
    else if (message.type === "leaving") this.leave();
    else this.#emit("message", message);
  }

  #ping() {
    if (performance.now() - this.#lastPong > PONG_MS) this.#lose();
    else this.send("ping");
  }

  /** Notices within a second that the server is gone; ICE takes many seconds for it. */
  async #listen(pc) {
    let packets = 0;
    for (const report of (await pc.getStats()).values()) {
      if (report.type === "inbound-rtp") packets += report.packetsReceived;
    }
    if (packets !== this.#packets) this.#lastPacket = performance.now();
    this.#packets = packets;
    const quiet = performance.now() - this.#lastPacket;
    if (quiet > SILENT_MS) this.#lose();
    else if (quiet > QUIET_MS && !this.#probing) this.#probe();
  }

  async #probe() {
    this.#probing = true;
    const health = await this.#api.health();
    this.#probing = false;
    if (health === "gone") this.#lose();
    // A server that stops and no longer sends counts as gone.
    else if (health === "stopping") performance.now() - this.#lastPacket > QUIET_MS ? this.#lose() : this.leave();
  }

  /** Hands the stream over once there is a picture in it, so that what is shown until then can stay. */
  #shown(track, stream) {
    if (!track.muted) this.#show();
    track.addEventListener("unmute", this.#show, { once: true });
    this.#after(SHOW_MS, this.#show);
    this.shown.then(() => this.#closed || this.#emit("stream", stream));
  }

  #watch(state) {
    if (state === "failed" || state === "closed") this.#lose();
    if (state === "disconnected") this.#after(LOST_MS, () => this.#pc?.connectionState !== "connected" && this.#lose());
  }

  #lose() {
    if (this.#closed) return;
    // While its last picture can still be drawn.
    this.#emit("lost");
    this.close();
  }

  #gathered(pc) {
    if (pc.iceGatheringState === "complete") return Promise.resolve();
    return new Promise(resolve => {
      const done = () => pc.iceGatheringState === "complete" && resolve();
      pc.addEventListener("icegatheringstatechange", done);
      // The server answers from what it sees on the wire, so an early offer is enough.
      pc.addEventListener("icecandidate", event => event.candidate && resolve(), { once: true });
      this.#after(GATHER_MS, resolve);
    });
  }

  #after(ms, action) {
    this.#timers.add(setTimeout(action, ms));
  }

  #every(ms, action) {
    this.#timers.add(setInterval(action, ms));
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
