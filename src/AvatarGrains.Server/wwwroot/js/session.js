// A conversation: a Perso session and the connection that carries it. Reconnects to the same session; makes a new one when that has ended.

import { Api, ApiError } from "./api.js";
import { Connection } from "./connection.js";

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

  constructor(settings, frame) {
    super();
    this.#settings = settings;
    this.#frame = frame;
  }

  get id() {
    return this.#id;
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

  say(text) {
    return this.send("chat", { message: text });
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
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) this.#id = null;
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
    this.#emit("message", message);
  }

  #retry(error, generation) {
    if (this.#attempt >= RETRY_MS.length) {
      this.#attempt = 0;
      this.#emit("failed", error?.message ?? "The connection was lost and could not be made again.");
      return;
    }
    const wait = RETRY_MS[this.#attempt++];
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
