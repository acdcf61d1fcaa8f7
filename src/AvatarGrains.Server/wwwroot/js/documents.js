// Documents to talk about, and prompts: those of the server and one's own.

import { title } from "./choices.js";
import { Upload } from "./uploads.js";
import { fill } from "./widgets.js";

const $ = id => document.getElementById(id);

export class Documents {
  #settings;
  #choices;
  #api;
  #upload;

  constructor(settings, choices, api) {
    this.#settings = settings;
    this.#choices = choices;
    this.#api = api;
    this.#upload = new Upload($("document-upload"), (file, onProgress, signal) => this.#add(file, onProgress, signal));
    $("document").onchange = () => this.#choose($("document").value);
    $("document-remove").onclick = () => this.#remove();
  }

  show() {
    fill($("document"), [["", "None"], ...this.#choices.documents.map(item => [item.document_id, title(item)])], this.#settings.get("document"));
    $("document-remove").hidden = !this.#settings.get("document").startsWith("pld-");
  }

  #choose(id) {
    this.#settings.set("document", id);
    this.show();
  }

  async #add(file, onProgress, signal) {
    const form = new FormData();
    form.append("title", file.name.slice(0, 200));
    form.append("file", file, file.name);
    const item = await this.#api().upload("document", form, onProgress, signal);
    this.#choices.documents.push(item);
    this.#choose(item.document_id);
    return `${file.name} was added. It is talked about in a new conversation.`;
  }

  async #remove() {
    const id = this.#settings.get("document");
    this.#choose("");
    if (!(await this.#upload.remove(() => this.#api().remove("document", id)))) return;
    this.#choices.documents = this.#choices.documents.filter(item => item.document_id !== id);
    this.show();
  }
}

/** The id of the prompt that was chosen. One's own text is saved on the server when it is first used, and replaced there when it has changed. */
export async function promptId(settings, choices, api) {
  const chosen = settings.get("prompt");
  const text = settings.get("ownPrompt").trim();
  if (chosen !== "own" || !text) {
    const first = choices.prompts.find(item => !item.require_document || settings.get("document"));
    return (chosen !== "own" && chosen) || first?.prompt_id || null;
  }
  const saved = settings.get("savedPrompt");
  if (saved?.text === text && saved.server === api.base) return saved.id;
  const prompt = await api.add("prompt", {
    name: "My prompt", description: "Written on the page", system_prompt: text, require_document: false, intro_message: "",
  });
  settings.set("savedPrompt", { id: prompt.prompt_id, text, server: api.base });
  if (saved?.server === api.base) {
    await api.remove("prompt", saved.id).catch(error => console.info("The prompt before was not removed:", error.message));
  }
  return prompt.prompt_id;
}
