// What the person chose, kept between visits, and the form that shows it.

const STORE = "avatargrains.settings";
const DEFAULTS = {
  avatar: "", voice: "", language: "", model: "", prompt: "", document: "", intro: "", background: "", orientation: "auto",
  paddingLeft: 0, paddingTop: 0, paddingHeight: 1, server: "", key: "", conversation: true,
};

const LANGUAGES = new Intl.DisplayNames(undefined, { type: "language" });
const $ = id => document.getElementById(id);

export class Settings extends EventTarget {
  #values;
  #voices = [];
  #avatars = [];

  constructor() {
    super();
    let stored = {};
    try {
      stored = JSON.parse(localStorage.getItem(STORE)) ?? {};
    } catch {
      localStorage.removeItem(STORE);
    }
    this.#values = { ...DEFAULTS, ...stored };
    this.#bind();
  }

  get(name) {
    return this.#values[name];
  }

  set(name, value, live = true) {
    if (this.#values[name] === value) return;
    this.#values[name] = value;
    localStorage.setItem(STORE, JSON.stringify(this.#values));
    this.dispatchEvent(new CustomEvent("change", { detail: { name, value, live } }));
  }

  /** Reads what the server has and fills the form. Choices the server does not know fall back to its default. */
  async load(api) {
    const optional = promise => promise.catch(() => []);
    const [avatars, voices, models, backgrounds, prompts, documents] = await Promise.all([
      api.settings("modelstyle"), api.settings("tts_type"), api.settings("llm_type"),
      optional(api.list("background_image")), optional(api.list("prompt")), optional(api.list("document")),
    ]);
    this.#avatars = avatars;
    this.#voices = voices;
    this.#keep("avatar", avatars.map(item => item.name));
    this.#keep("model", models.map(item => item.name));
    this.#keep("prompt", prompts.map(item => item.prompt_id));
    this.#showAvatars();
    fill($("model"), models.map(item => [item.name, item.display_name ?? item.name]), this.get("model"));
    fill($("prompt"), prompts.map(item => [item.prompt_id, item.name]), this.get("prompt"));
    fill($("document"), [["", "None"], ...documents.map(item => [item.document_id, item.title])], this.get("document"));
    fill($("background"), [["", "The avatar's own"], ["colour", "A colour"], ...backgrounds.map(item => [item.backgroundimage_id, item.title])],
      this.get("background").startsWith("#") ? "colour" : this.get("background"));
    this.#showLanguages();
    this.#showColour();
  }

  /** The picture size that suits the frame it is shown in: even, a multiple of 16, at most 720 lines. */
  size(frame) {
    const shape = { portrait: [9, 16], square: [1, 1], landscape: [16, 9] }[this.get("orientation")];
    const [w, h] = shape ?? [frame.clientWidth || 1, frame.clientHeight || 1];
    const ratio = Math.min(16 / 9, Math.max(9 / 16, w / h));
    const height = ratio >= 1 ? 512 : 720;
    const width = Math.round((height * ratio) / 16) * 16;
    return { width, height };
  }

  avatarName() {
    return this.#avatars.find(item => item.name === this.get("avatar"))?.display_name ?? this.get("avatar");
  }

  #keep(name, known) {
    if (!known.includes(this.#values[name])) this.#values[name] = known[0] ?? "";
  }

  #showAvatars() {
    $("avatars").replaceChildren(...this.#avatars.map(item => {
      const button = document.createElement("button");
      const image = document.createElement("img");
      const label = document.createElement("span");
      image.alt = "";
      image.loading = "lazy";
      image.src = item.file ?? item.model_file ?? "";
      label.textContent = item.display_name ?? item.name;
      button.type = "button";
      button.title = item.description ?? "";
      button.setAttribute("role", "radio");
      button.dataset.name = item.name;
      button.append(image, label);
      button.onclick = () => {
        this.set("avatar", item.name);
        this.#markAvatar();
      };
      return button;
    }));
    this.#markAvatar();
  }

  #markAvatar() {
    for (const button of $("avatars").children) button.setAttribute("aria-checked", String(button.dataset.name === this.get("avatar")));
  }

  #showLanguages() {
    const tags = [...new Set(this.#voices.map(voice => voice.language ?? voice.voice_settings?.language ?? "en"))];
    const named = tags.map(tag => [tag, nameOf(tag)]).sort((a, b) => a[1].localeCompare(b[1]));
    fill($("language"), [["", "The voice's own"], ...named], this.get("language"));
    this.#showVoices();
  }

  #showVoices() {
    const language = this.get("language");
    const fitting = this.#voices.filter(voice => !language || (voice.language ?? "en") === language);
    const entries = [...(language ? [] : [["", "The avatar's own"]]), ...fitting.map(voice => [voice.name, voice.display_name ?? voice.name])];
    const chosen = entries.some(([value]) => value === this.get("voice")) ? this.get("voice") : entries[0]?.[0] ?? "";
    fill($("voice"), entries, chosen);
    this.set("voice", chosen);
  }

  #showColour() {
    const own = this.get("background").startsWith("#");
    $("colour-row").hidden = $("background").value !== "colour";
    if (own) $("colour").value = this.get("background");
  }

  #bind() {
    for (const [id, name] of [["model", "model"], ["orientation", "orientation"]]) {
      $(id).value = this.get(name);
      $(id).onchange = () => this.set(name, $(id).value);
    }
    for (const [id, name] of [["prompt", "prompt"], ["document", "document"], ["intro", "intro"], ["server", "server"], ["key", "key"]]) {
      $(id).value = this.get(name);
      $(id).onchange = () => this.set(name, $(id).value.trim(), false);
    }
    for (const [id, name] of [["padding-left", "paddingLeft"], ["padding-top", "paddingTop"], ["padding-height", "paddingHeight"]]) {
      $(id).value = this.get(name);
      $(id).onchange = () => this.set(name, Number($(id).value));
      $(id).ondblclick = () => {
        $(id).value = DEFAULTS[name];
        this.set(name, DEFAULTS[name]);
      };
    }
    $("language").onchange = () => {
      this.set("language", $("language").value);
      this.#showVoices();
    };
    $("voice").onchange = () => this.set("voice", $("voice").value);
    $("background").onchange = () => {
      const value = $("background").value;
      this.set("background", value === "colour" ? $("colour").value : value);
      this.#showColour();
    };
    $("colour").onchange = () => this.set("background", $("colour").value);
  }
}

function nameOf(tag) {
  try {
    return LANGUAGES.of(tag) ?? tag;
  } catch {
    return tag;
  }
}

function fill(select, entries, chosen) {
  select.replaceChildren(...entries.map(([value, text]) => new Option(text, value)));
  select.value = entries.some(([value]) => value === chosen) ? chosen : entries[0]?.[0] ?? "";
}
