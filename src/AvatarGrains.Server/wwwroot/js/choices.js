// What the server has: avatars, voices, models, prompts, documents and pictures.

/** Language of voices that speak whatever they are given. */
const ANY = "mul";

export class Choices {
  avatars = [];
  voices = [];
  models = [];
  recognizers = [];
  prompts = [];
  documents = [];
  backgrounds = [];
  capabilities = [];

  /** Reads all lists. What a server lacks besides avatars, voices and models is an empty list. */
  async load(api) {
    const optional = promise => promise.catch(error => {
      if (error.status === 404 || error.status === 405) return [];
      throw error;
    });
    [
      this.avatars, this.voices, this.models, this.recognizers,
      this.prompts, this.documents, this.backgrounds, this.capabilities,
    ] = await Promise.all([
      api.settings("modelstyle"), api.settings("tts_type"), api.settings("llm_type"), optional(api.settings("stt_type")),
      optional(api.list("prompt")), optional(api.list("document")), optional(api.list("background_image")), optional(api.settings("capability")),
    ]);
  }

  /** What is taken where nothing is chosen. */
  get firsts() {
    return { avatar: this.avatars[0]?.name, voice: this.voices[0]?.name, model: this.models[0]?.name, recognizer: this.recognizers[0]?.name };
  }

  avatarName(name) {
    return this.avatars.find(item => item.name === name)?.display_name ?? name;
  }

  /** Languages that can be spoken, with their names in the reader's language, sorted. */
  languages() {
    const tags = [...new Set(this.voices.map(languageOf).filter(tag => tag && tag !== ANY))];
    return tags.map(tag => [tag, nameOf(tag)]).sort((a, b) => a[1].localeCompare(b[1]));
  }

  /** Voices of a language; all of them for "". */
  voicesOf(language) {
    return this.voices
      .filter(voice => !language || ([language, ANY].includes(languageOf(voice)) && voice.name !== "default"))
      .map(voice => [voice.name, voice.name === "default" || language ? title(voice) : labelled(voice)]);
  }
}

export function title(item) {
  return item.display_name || item.title || item.name;
}

function languageOf(voice) {
  return voice.language ?? voice.voice_settings?.language ?? "";
}

function labelled(voice) {
  const language = nameOf(languageOf(voice));
  return title(voice).startsWith(language) ? title(voice) : `${title(voice)} · ${language}`;
}

const LANGUAGES = new Intl.DisplayNames(undefined, { type: "language" });

function nameOf(tag) {
  try {
    return LANGUAGES.of(tag) ?? tag;
  } catch {
    return tag;
  }
}
