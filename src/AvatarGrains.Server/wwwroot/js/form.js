// The settings dialog: it shows what the server has and what is chosen, and tells the settings what changes.

import { DEFAULTS } from "./settings.js";
import { title } from "./choices.js";
import { Documents } from "./documents.js";
import { Pictures } from "./pictures.js";
import { fill, radio, tabs } from "./widgets.js";

const $ = id => document.getElementById(id);
const SLIDERS = { "padding-left": "paddingLeft", "padding-top": "paddingTop", "padding-height": "paddingHeight" };
const ABILITIES = ["LLM", "STT"];

export class Form {
  #settings;
  #choices;
  #api;
  #pictures;
  #documents;

  /** @param {() => import("./api.js").Api} api the server that is used now */
  constructor(settings, choices, api) {
    this.#settings = settings;
    this.#choices = choices;
    this.#api = api;
    this.#pictures = new Pictures(settings, choices, api);
    this.#documents = new Documents(settings, choices, api);
    tabs($("settings"));
    this.#bind();
  }

  /** Fills the lists. */
  show() {
    const { avatars, models, recognizers, prompts } = this.#choices;
    const get = name => this.#settings.get(name);
    const named = list => list.map(item => [item.name, title(item)]);
    $("avatars").replaceChildren(...avatars.map(item => radio(
      "avatar",
      { value: item.name, text: title(item), hint: item.description, image: this.#api().address(item.file ?? item.model_file) },
      value => this.#settings.set("avatar", value))));
    const avatar = get("avatar") || avatars[0]?.name;
    for (const input of $("avatars").querySelectorAll("input")) input.checked = input.value === avatar;
    fill($("model"), named(models), get("model"));
    fill($("recognizer"), named(recognizers), get("recognizer"));
    const served = prompts.filter(item => item.prompt_id !== get("savedPrompt")?.id).map(item => [item.prompt_id, title(item)]);
    fill($("prompt"), [...served, ["own", "My own words"]], get("prompt"));
    $("own-prompt-row").hidden = $("prompt").value !== "own";
    fill($("language"), [["", "The voice's own"], ...this.#choices.languages()], get("language"));
    this.#showVoices();
    this.#pictures.show();
    this.#documents.show();
    this.#showAbilities();
  }

  #showVoices() {
    fill($("voice"), this.#choices.voicesOf(this.#settings.get("language")), this.#settings.get("voice"));
  }

  #showAbilities() {
    const known = this.#choices.capabilities.map(item => item.name);
    for (const name of ABILITIES) {
      const row = $(`can-${name.toLowerCase()}`);
      row.checked = this.#settings.can(name);
      row.closest("label").hidden = known.length > 0 && !known.includes(name);
    }
  }

  #bind() {
    const settings = this.#settings;
    for (const id of ["model", "recognizer", "orientation", "detail", "intro", "server"]) {
      $(id).value = settings.get(id);
      $(id).onchange = () => settings.set(id, $(id).value.trim());
    }
    $("own-prompt").value = settings.get("ownPrompt");
    $("own-prompt").onchange = () => settings.set("ownPrompt", $("own-prompt").value);
    $("prompt").onchange = () => {
      settings.set("prompt", $("prompt").value);
      $("own-prompt-row").hidden = $("prompt").value !== "own";
      if ($("prompt").value === "own") $("own-prompt").focus();
    };
    $("key").value = settings.key;
    $("key").onchange = () => (settings.key = $("key").value.trim());
    settings.addEventListener("change", ({ detail: { name } }) => (name === "server" || name === "key") && ($("key").value = settings.key));
    $("voice").onchange = () => settings.set("voice", $("voice").value);
    $("language").onchange = () => this.#speak($("language").value);
    for (const name of ABILITIES) {
      const box = $(`can-${name.toLowerCase()}`);
      box.onchange = () => settings.set("capability", ["LLM", "TTS", "STT"].filter(one => (one === name ? box.checked : settings.can(one))));
    }
    this.#bindSliders();
  }

  #bindSliders() {
    const shown = id => ($(id).closest("label").querySelector("output").textContent = `${Math.round($(id).value * 100)} %`);
    for (const [id, name] of Object.entries(SLIDERS)) {
      $(id).value = this.#settings.get(name);
      shown(id);
      $(id).oninput = () => shown(id);
      $(id).onchange = () => this.#settings.set(name, Number($(id).value));
    }
    $("position-reset").onclick = () => {
      for (const [id, name] of Object.entries(SLIDERS)) {
        $(id).value = DEFAULTS[name];
        shown(id);
      }
      this.#settings.reset(...Object.values(SLIDERS));
    };
  }

  #speak(language) {
    this.#settings.set("language", language);
    const fitting = this.#choices.voicesOf(language).map(([name]) => name);
    if (!fitting.includes(this.#settings.get("voice")) || !language) this.#settings.set("voice", fitting[0] ?? "");
    this.#showVoices();
  }
}
