// A conversation: a Perso session and the connection that carries it. Reconnects to the same session; makes a new one when that has ended.

import { Api, ApiError } from "./api.js";
import { Connection } from "./connection.js";

const ENDED = ["not_found", "session_terminated"];
const RETRIES = 40;
const RETRY_MS = [250, 500, 1000, 2000, 4000, 8000];

export class Session extends EventTarget {
  #settings;
  #frame;
  #id = null;
  #connection = null;
  #attempt = 0;
  #generation = 0;
  #track = null;
  #listening = false;
  #greeted = false;
  #turn = 0;
  #unanswered = [];

  constructor(settings, frame) {
    super();
    this.#settings = settings;
    this.#frame = frame;
  }

  get id() {
    return this.#id;
  }

  /** A session is there, connected or on its way back. */
  get open() {
    return this.#id !== null;
  }

  /** Questions that the server has not accepted yet: { id, text }, oldest first. */
  get unanswered() {
    return this.#unanswered;
  }

  get connected() {
    return this.#connection !== null;
  }

  /** Begins, or begins again with a new session when <code>fresh</code>. */
  async start(fresh = false) {
    const generation = ++this.#generation;
    this.#connection?.close();
    this.#connection = null;
    if (fresh && this.#id) {
      this.#api().event(this.#id, "SESSION_END").catch(() => {});
      this.#id = null;
      this.#unanswered = [];
    }
    this.#emit("connecting", { again: this.#attempt > 0 });
    try {
      await this.#connect(generation);
      this.#attempt = 0;
    } catch (error) {
      if (generation === this.#generation) this.#retry(error, generation);
    }
  }

  send(type, data) {
    return this.#connection?.send(type, data) ?? false;
  }

  /** Asks. What the server has not accepted when the connection breaks is asked again on the next one; its id keeps it from being answered twice. */
  say(text) {
    if (!this.open) return null;
    const question = { id: `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`, text, turn: this.#turn };
    this.#unanswered.push(question);
    this.#ask(question);
    return question;
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
    const api = this.#api();
    if (!this.#id) {
      await this.#settings.load(api);
      this.#id = (await api.createSession(this.#request())).session_id;
      this.#greeted = false;
      this.#turn = 0;
      for (const question of this.#unanswered) question.turn = 0;
      this.#emit("created", this.#id);
    }
    const connection = new Connection(api, this.#id);
    connection.addEventListener("stream", event => this.#emit("stream", event.detail));
    connection.addEventListener("message", event => this.#received(event.detail));
    connection.addEventListener("lost", () => {
      if (this.#connection !== connection) return;
      this.#connection = null;
      this.#emit("lost");
      this.#retry(null, this.#generation);
    });
    try {
      await connection.open();
    } catch (error) {
      connection.close();
      // The session may have ended meanwhile: the next try makes a new one.
      if (error instanceof ApiError && ENDED.includes(error.code)) this.#id = null;
      throw error;
    }
    if (generation !== this.#generation) {
      connection.close();
      return;
    }
    this.#connection = connection;
    this.send("subscribe", {});
    if (this.#listening) await this.listen(this.#track);
    this.#emit("connected");
    if (!this.#greeted) this.#greet();
  }

  #greet() {
    this.#greeted = true;
    const intro = this.#settings.get("intro");
    if (intro) this.send("ttstf", { message: intro });
    else this.send("hello");
  }

  #received(message) {
    if (message.type === "ended") {
      this.#id = null;
      this.#generation++;
      this.#connection?.close();
      this.#connection = null;
      this.#emit("ended", message.data?.reason);
      return;
    }
    this.#turn = Math.max(this.#turn, message.data?.turn ?? 0);
    if (message.type === "accepted" || message.type === "error") this.#forget(message.data?.id);
    this.#emit("message", message);
    if (message.type === "history") this.#catchUp(message.data?.lines ?? []);
  }

  #ask({ id, text }) {
    return this.send("chat", { message: text, id });
  }

  #forget(id) {
    this.#unanswered = this.#unanswered.filter(question => question.id !== id);
  }

  /** Asks again what did not reach the server, now that it has told what did. */
  #catchUp(lines) {
    const asked = lines.filter(line => line.role === "user");
    for (const question of this.#unanswered) {
      const at = asked.findIndex(line => line.turn > question.turn && line.text === question.text);
      if (at < 0) {
        this.#ask(question);
      } else {
        asked.splice(at, 1);
        this.#received({ type: "accepted", data: { id: question.id } });
      }
    }
  }

  #retry(error, generation) {
    // A server that is away comes back; one that refuses goes on refusing.
    if (this.#attempt >= (error instanceof ApiError && error.status > 0 ? RETRY_MS.length : RETRIES)) {
      this.#attempt = 0;
      this.#emit("failed", error?.message ?? "The connection was lost and could not be made again.");
      return;
    }
    const wait = RETRY_MS[Math.min(this.#attempt++, RETRY_MS.length - 1)];
    this.#emit("connecting", { again: true, reason: error?.message });
    setTimeout(() => generation === this.#generation && this.start(), wait);
  }

  #request() {
    const { width, height } = this.#settings.size(this.#frame);
    const value = name => this.#settings.get(name) || null;
    const background = this.#settings.get("background");
    return {
      using_stf_webrtc: true,
      capability: ["STF_WEBRTC", "LLM", "TTS", "STT"],
      model_style: value("avatar"),
      llm_type: value("model"),
      tts_type: value("voice") ?? "default",
      stt_type: "default",
      prompt: value("prompt"),
      document: value("document"),
      background_image: background && !background.startsWith("#") ? background : null,
      padding_left: this.#settings.get("paddingLeft"),
      padding_top: this.#settings.get("paddingTop"),
      padding_height: this.#settings.get("paddingHeight"),
      extra_data: { width, height, language: value("language"), background: background.startsWith("#") ? background : null },
    };
  }

  #api() {
    return new Api(this.#settings.get("server"), this.#settings.get("key"));
  }

  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
