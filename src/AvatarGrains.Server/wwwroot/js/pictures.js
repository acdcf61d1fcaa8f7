// Background pictures: the strip to choose from, and pictures of one's own.

import { Upload } from "./uploads.js";
import { radio } from "./widgets.js";
import { title } from "./choices.js";

const MAX_SIDE = 1920;
const MAX_BYTES = 8 << 20;
const $ = id => document.getElementById(id);

export class Pictures {
  #settings;
  #choices;
  #api;
  #upload;

  constructor(settings, choices, api) {
    this.#settings = settings;
    this.#choices = choices;
    this.#api = api;
    this.#upload = new Upload($("picture-upload"), (file, onProgress, signal) => this.#add(file, onProgress, signal));
    $("picture-remove").onclick = () => this.#remove();
    $("colour").oninput = () => settings.set("background", $("colour").value);
  }

  show() {
    const chosen = this.#settings.get("background");
    const own = this.#choices.backgrounds;
    const known = !chosen || chosen.startsWith("#") || own.some(item => item.backgroundimage_id === chosen);
    const entries = [
      { value: "", text: "Own", className: "own" },
      { value: "colour", text: "A colour", className: "colour" },
      ...own.map(item => ({ value: item.backgroundimage_id, text: title(item), image: this.#api().address(item.image) })),
      ...(known ? [] : [{ value: chosen, text: chosen }]),
    ];
    $("backgrounds").replaceChildren(...entries.map(entry => radio("background", entry, value => this.#choose(value))));
    this.#mark();
  }

  #choose(value) {
    this.#settings.set("background", value === "colour" ? $("colour").value : value);
    this.#mark();
  }

  #mark() {
    const chosen = this.#settings.get("background");
    const colour = chosen.startsWith("#");
    for (const input of $("backgrounds").querySelectorAll("input")) input.checked = input.value === (colour ? "colour" : chosen);
    $("colour-row").hidden = !colour;
    if (colour) $("colour").value = chosen;
    $("picture-remove").hidden = !chosen.startsWith("plb-");
  }

  async #add(file, onProgress, signal) {
    const form = new FormData();
    form.append("title", file.name.replace(/\.[^.]+$/, "").slice(0, 200) || "Picture");
    form.append("image", await fitting(file), file.name);
    const item = await this.#api().upload("background_image", form, onProgress, signal);
    this.#choices.backgrounds.push(item);
    this.#settings.set("background", item.backgroundimage_id);
    this.show();
    return `${file.name} was added.`;
  }

  async #remove() {
    const id = this.#settings.get("background");
    this.#choose("");
    if (!(await this.#upload.remove(() => this.#api().remove("background_image", id)))) return;
    this.#choices.backgrounds = this.#choices.backgrounds.filter(item => item.backgroundimage_id !== id);
    this.show();
  }
}

/** The picture as the server takes it: PNG or JPEG of a bounded size. */
async function fitting(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    throw new Error("it is no picture that this browser can read.");
  }
  const scale = Math.min(1, MAX_SIDE / Math.max(picture.width, picture.height));
  if (scale === 1 && file.size <= MAX_BYTES && ["image/png", "image/jpeg"].includes(file.type)) return file;
  const size = { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) };
  const canvas = Object.assign(document.createElement("canvas"), size);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise(resolve => canvas.toBlob(resolve, "image/jpeg", 0.9));
}
