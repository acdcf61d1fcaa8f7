// What the person chose. Kept between visits; a link may carry choices of its own, which hold until they are changed here.

const STORE = "avatargrains.settings";

export const DEFAULTS = Object.freeze({
  avatar: "", background: "", orientation: "auto", detail: "standard", paddingLeft: 0, paddingTop: 0, paddingHeight: 1,
  voice: "", language: "", recognizer: "", intro: "",
  model: "", prompt: "", ownPrompt: "", savedPrompt: null, document: "",
  capability: ["LLM", "TTS", "STT"], server: "", keys: {},
});

/** What the session contract, and so a link, calls them. */
export const LINK_NAMES = Object.freeze({
  model_style: "avatar", background_image: "background", orientation: "orientation", detail: "detail",
  padding_left: "paddingLeft", padding_top: "paddingTop", padding_height: "paddingHeight",
  tts_type: "voice", language: "language", stt_type: "recognizer", intro_message: "intro",
  llm_type: "model", prompt: "prompt", document: "document", capability: "capability", api_server: "server",
});

const RANGES = { paddingLeft: [-1, 1], paddingTop: [0, 1], paddingHeight: [0, 5] };
const WORDS = { orientation: ["auto", "portrait", "square", "landscape"], detail: ["standard", "high"] };

/** What a running session cannot change. */
const LATER = new Set(["recognizer", "intro", "prompt", "ownPrompt", "document", "capability", "server", "key"]);

export class Settings extends EventTarget {
  #stored;
  #linked = {};

  constructor() {
    super();
    this.#stored = { ...DEFAULTS, ...read() };
    this.#follow(new URL(location.href));
  }

  get(name) {
    return this.#linked[name] ?? this.#stored[name];
  }

  /** The key of the server that is used: no other server ever sees it. */
  get key() {
    return this.#stored.keys[this.get("server")] ?? "";
  }

  set key(value) {
    if (this.key === value) return;
    this.#stored.keys = { ...this.#stored.keys, [this.get("server")]: value };
    this.#save();
    this.#tell("key");
  }

  set(name, value) {
    if (JSON.stringify(this.get(name)) === JSON.stringify(value)) return;
    this.#unlink(name);
    this.#stored[name] = value;
    this.#save();
    this.#tell(name);
  }

  /** Back to what the server would choose. */
  reset(...names) {
    for (const name of names) this.set(name, DEFAULTS[name]);
  }

  can(capability) {
    return this.get("capability").includes(capability);
  }

  /** The picture size that suits the frame it is shown in: even, a multiple of 16, at most 1920 wide and high. */
  size(frame) {
    const shape = { portrait: [9, 16], square: [1, 1], landscape: [16, 9] }[this.get("orientation")];
    const [w, h] = shape ?? [frame.clientWidth || 1, frame.clientHeight || 1];
    const ratio = Math.min(16 / 9, Math.max(9 / 16, w / h));
    const [lying, standing] = this.get("detail") === "high" ? [1008, 1280] : [512, 720];
    const height = ratio >= 1 ? lying : standing;
    return { width: Math.round((height * ratio) / 16) * 16, height };
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent("change", { detail: { name, value: name === "key" ? null : this.get(name), later: LATER.has(name) } }));
  }

  #save() {
    localStorage.setItem(STORE, JSON.stringify(this.#stored));
  }

  #follow(url) {
    for (const [link, name] of Object.entries(LINK_NAMES)) {
      if (!url.searchParams.has(link)) continue;
      const value = parse(name, url.searchParams.getAll(link));
      if (value !== undefined) this.#linked[name] = value;
    }
    // A key comes behind the #, which no browser sends to a server, and does not stay in the address.
    const key = new URLSearchParams(url.hash.slice(1)).get("api_key");
    if (!key) return;
    this.key = key;
    url.hash = "";
    history.replaceState(null, "", url);
  }

  // A link's choice that was changed no longer stands in the address, so that a reload shows what was chosen last.
  #unlink(name) {
    if (!(name in this.#linked)) return;
    delete this.#linked[name];
    const url = new URL(location.href);
    for (const [link, known] of Object.entries(LINK_NAMES)) if (known === name) url.searchParams.delete(link);
    history.replaceState(null, "", url);
  }
}

function read() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORE)) ?? {};
    return Object.fromEntries(Object.entries(stored).filter(([name, value]) => name in DEFAULTS && kind(value) === kind(DEFAULTS[name])));
  } catch {
    localStorage.removeItem(STORE);
    return {};
  }
}

function kind(value) {
  return Array.isArray(value) ? "list" : typeof value;
}

function parse(name, texts) {
  if (name === "capability") return texts.flatMap(text => text.split(/[\s,]+/)).filter(Boolean).map(text => text.toUpperCase());
  const text = texts[0];
  if (name in WORDS) return WORDS[name].includes(text) ? text : undefined;
  if (!(name in RANGES)) return text;
  const [least, most] = RANGES[name];
  const number = text.trim() === "" ? NaN : Number(text);
  return number >= least && number <= most ? number : undefined;
}
