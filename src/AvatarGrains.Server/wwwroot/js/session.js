// A conversation: a Perso session and the connection that carries it. Reconnects to the same session; makes a new one when that has ended.

import { Api, ApiError } from "./api.js";
import { Connection } from "./connection.js";
import { Edges } from "./edges.js";
import { Questions } from "./questions.js";
import { forgive } from "./request.js";
import { Watch } from "./watch.js";

const ENDED = ["not_found", "session_terminated"];
const LEARN_MS = 15000;
const RETRIES = 40;
const RETRY_MS = [250, 500, 1000, 2000, 4000, 8000];
/** How long a sentence may go on at a server that stops. */
const FINISH_MS = 2000;
/** Servers close connections on which nothing was asked for twice as long. */
const WARM_MS = 55000;
/** As many settings as one request names. */
const MAX_TRIES = 8;

export class Session extends EventTarget {
  #settings;
  #prepare;
  #id = null;
  #connection = null;
  #attempt = 0;
  #generation = 0;
  #track = null;
  #listening = false;
  #greeted = false;
  #capability = [];
  #questions = new Questions(question => this.send("chat", { message: question.text, id: question.id }));
  #edges = new Edges();
  #learning = 0;
  #watch = null;
  #iceServers = null;
  #moving = false;
  #busy = false;
  #warmed = -Infinity;

  /**
   * @param {import("./settings.js").Settings} settings
   * @param {(api: Api) => Promise<object>} prepare gives the body of the session's request
   */
  constructor(settings, prepare) {
    super();
    this.#settings = settings;
    this.#prepare = prepare;
  }

  get connected() {
    return this.#connection !== null;
  }

  /** A session is there, connected or on its way back. */
  get open() {
    return this.#id !== null;
  }

  /** Questions that the server has not accepted yet: { id, text }, oldest first. */
  get unanswered() {
    return this.#questions.waiting;
  }

  /** Whether this session may do something. */
  can(capability) {
    return this.#capability.includes(capability);
  }

  /** The server that is used now. */
  get api() {
    return new Api(this.#edges.current(this.#settings.get("server")), this.#settings.key);
  }

  /** Begins, or begins again with a new session when <code>fresh</code>. */
  async start(fresh = false) {
    const generation = ++this.#generation;
    this.#drop();
    if (fresh) {
      this.#attempt = 0;
      this.#end();
      this.#questions.clear();
    }
    this.#emit("connecting", { again: this.#attempt > 0 || this.open });
    try {
      await this.#connect(generation);
      this.#attempt = 0;
    } catch (error) {
      if (generation === this.#generation) this.#retry(error, generation);
    }
  }

  /** The page is being left. */
  leave() {
    if (this.#id) this.api.leave(this.#id);
    this.#id = null;
  }

  send(type, data) {
    return this.#connection?.send(type, data) ?? false;
  }

  /**
   * Asks. What the server has not accepted when the connection breaks is asked again on the next one; its id keeps it from being answered twice.
   * @returns {{id: string, text: string}|null} null when there is no session
   */
  ask(text) {
    return this.open ? this.#questions.ask(text) : null;
  }

  /** Has the avatar say these words. */
  say(text) {
    return this.send("ttstf", { message: text });
  }

  interrupt() {
    return this.send("clear-buffer");
  }

  async listen(track) {
    this.#track = track;
    this.#listening = track !== null;
    await this.#connection?.setMicrophone(track);
    return this.send("listen", { mode: track ? "conversation" : "off", language: this.#settings.get("language") || null });
  }

  async #connect(generation) {
    const api = this.api;
    if (!this.#id) {
      const id = (await this.#create(api)).session_id;
      if (generation !== this.#generation) {
        api.leave(id);
        return;
      }
      this.#id = id;
      this.#iceServers = null;
      this.#greeted = false;
      this.#questions.renew();
      this.#emit("created", this.#id);
    }
    await this.#goOn(api, generation);
    if (generation === this.#generation && !this.#greeted) this.#greet();
  }

  /** Connects to the session through a server; what is in use until then stays. */
  async #dial(api) {
    const connection = new Connection(api, this.#id);
    connection.addEventListener("stream", event => this.#emit("stream", event.detail));
    connection.addEventListener("message", event => this.#connection === connection && this.#received(event.detail));
    connection.addEventListener("leaving", () => this.#connection === connection && this.#move());
    connection.addEventListener("lost", () => this.#connection === connection && this.#lost());
    try {
      // They are the same at every edge; asking each of them again would cost a round trip when there is none to lose.
      this.#iceServers ??= await api.iceServers(this.#id);
      await connection.open(this.#iceServers);
      return connection;
    } catch (error) {
      connection.close();
      // The session may have ended meanwhile: the next try makes a new one.
      if (error instanceof ApiError && ENDED.includes(error.code)) this.#id = null;
      throw error;
    }
  }

  /** Uses a connection from now on; the one before is closed once there is a picture. */
  async #adopt(connection, api) {
    const before = this.#connection;
    this.#connection = null;
    this.#drop();
    this.#connection = connection;
    if (before) connection.shown.then(() => before.close());
    this.send("subscribe", {});
    this.send("edges");
    this.#learning = setInterval(() => this.send("edges"), LEARN_MS);
    this.#watchOver(connection, api);
    if (this.#listening) await this.listen(this.#track);
  }

  #drop() {
    clearInterval(this.#learning);
    this.#watch?.close();
    this.#watch = null;
    this.#connection?.close();
    this.#connection = null;
  }

  /** Watches for the end of the server in use, when there is another edge to go on at. */
  #watchOver(connection, api) {
    if (!this.#edges.other || this.#watch) return;
    this.#watch = new Watch(api.watchAddress, stopping => (stopping ? connection.leave() : connection.suspect()));
  }

  /** Another edge is reached without delay when it is needed. */
  #warm() {
    const other = this.#edges.other;
    if (!other || performance.now() - this.#warmed < WARM_MS) return;
    this.#warmed = performance.now();
    new Api(other).health();
  }

  #lost() {
    this.#emit("lost");
    this.#drop();
    // A move that is under way ends in a new connection, or tries again by itself.
    if (!this.#moving) this.#retry(null, this.#generation);
  }

  /** The server in use is stopping: goes on at another while the connection to it still carries the conversation. */
  async #move() {
    if (this.#moving) return;
    const generation = this.#generation;
    this.#moving = true;
    await this.#pause();
    let failed = null;
    do {
      if (failed) await new Promise(resolve => setTimeout(resolve, RETRY_MS[0]));
      this.#edges.advance();
      failed = await this.#goOn(this.api, generation).then(() => null, error => error);
      // What is left of the old connection is used to its end.
    } while (failed && this.#connection && generation === this.#generation);
    this.#moving = false;
    if (failed && generation === this.#generation) this.#retry(failed, generation);
  }

  /** Goes on with the session through a server, unless the person wants another by then. */
  async #goOn(api, generation) {
    const connection = await this.#dial(api);
    if (generation !== this.#generation) {
      connection.close();
      return;
    }
    await this.#adopt(connection, api);
    this.#emit("connected");
  }

  /** Lets what is being said come to its end, if it does soon. */
  async #pause() {
    const until = performance.now() + FINISH_MS;
    while (this.#busy && this.#connection && performance.now() < until) await new Promise(resolve => setTimeout(resolve, 50));
  }

  async #create(api) {
    for (let tries = 1; ; tries++) {
      try {
        const request = await this.#prepare(api);
        this.#capability = request.capability;
        return await api.createSession(request);
      } catch (error) {
        if (tries === MAX_TRIES || !forgive(this.#settings, error)) {
          error.refused = error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;
          throw error;
        }
        this.#emit("forgiven", error.message);
      }
    }
  }

  #greet() {
    this.#greeted = true;
    const intro = this.#settings.get("intro");
    if (intro) this.say(intro);
    else this.send("hello");
  }

  #end() {
    if (this.#id) this.api.event(this.#id, "SESSION_END").catch(error => console.info("The session before was not ended:", error.message));
    this.#id = null;
  }

  #received(message) {
    if (message.type === "edges") {
      this.#edges.learn(message.data?.urls ?? []);
      this.#watchOver(this.#connection, this.api);
      this.#warm();
      return;
    }
    if (message.type === "phase" || message.type === "state") this.#busy = ["thinking", "speaking"].includes(message.data?.phase);
    if (message.type === "ended") {
      this.#id = null;
      this.#generation++;
      this.#drop();
      this.#emit("ended", message.data?.reason);
      return;
    }
    this.#questions.hear(message);
    this.#emit("message", message);
    if (message.type === "history") {
      for (const id of this.#questions.catchUp(message.data?.lines ?? [])) this.#emit("message", { type: "accepted", data: { id } });
    }
  }

  #retry(error, generation) {
    if (error?.wantsKey) {
      this.#emit("locked");
      return;
    }
    // A server that is away comes back; one that refuses goes on refusing.
    const tries = error instanceof ApiError && error.status > 0 ? RETRY_MS.length : RETRIES;
    if (error?.refused || this.#attempt >= tries) {
      this.#attempt = 0;
      this.#emit("failed", error ?? new Error("The connection was lost and could not be made again."));
      return;
    }
    // Another edge of the cluster goes on at once; one server, or all of them away, need time.
    const wait = this.#edges.advance() ? 0 : Math.max(RETRY_MS[Math.min(this.#attempt++, RETRY_MS.length - 1)], (error?.retryAfter ?? 0) * 1000);
    this.#emit("connecting", { again: true, error });
    setTimeout(() => generation === this.#generation && this.start(), wait);
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
