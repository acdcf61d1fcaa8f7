// From what the person chose to the body of POST session/.

import { DEFAULTS } from "./settings.js";

/** Which setting an error of the server is about. */
const ATTRIBUTES = {
  model_style: ["avatar"], llm_type: ["model"], tts_type: ["voice"], stt_type: ["recognizer"],
  document: ["document"], background_image: ["background"], prompt: ["prompt", "savedPrompt"], capability: ["capability"],
  padding_left: ["paddingLeft"], padding_top: ["paddingTop"], padding_height: ["paddingHeight"],
};

/**
 * @param {import("./settings.js").Settings} settings
 * @param {Record<string, string>} firsts what to take where nothing is chosen: the first of each of the server's lists
 * @param {{width: number, height: number}} size of the picture in pixels
 * @param {string|null} prompt the prompt's id
 */
export function sessionRequest(settings, firsts, size, prompt) {
  const value = name => settings.get(name) || firsts[name] || null;
  const background = settings.get("background");
  const colour = background.startsWith("#");
  return {
    using_stf_webrtc: true,
    capability: ["STF_WEBRTC", ...settings.get("capability").filter(name => !name.startsWith("STF"))],
    model_style: value("avatar"),
    llm_type: value("model"),
    tts_type: value("voice"),
    stt_type: value("recognizer"),
    prompt,
    document: settings.get("document") || null,
    background_image: background && !colour ? background : null,
    padding_left: settings.get("paddingLeft"),
    padding_top: settings.get("paddingTop"),
    padding_height: settings.get("paddingHeight"),
    extra_data: { ...size, language: settings.get("language") || null, background: colour ? background : null },
  };
}

/**
 * Puts back what the server does not know, for example a document that was deleted meanwhile.
 * @returns {boolean} whether another try has a chance
 */
export function forgive(settings, error) {
  const names = error.status === 400 ? ATTRIBUTES[error.attr] ?? [] : [];
  const wrong = names.filter(name => JSON.stringify(settings.get(name)) !== JSON.stringify(DEFAULTS[name]));
  // One's own prompt is saved anew.
  if (settings.get("prompt") === "own" && wrong.includes("savedPrompt")) settings.reset("savedPrompt");
  else settings.reset(...wrong);
  return wrong.length > 0;
}
