// The page: joins the session, the microphone, the settings and what the person sees.

import { Choices } from "./choices.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { promptId } from "./documents.js";
import { Form } from "./form.js";
import { Microphone } from "./microphone.js";
import { Player } from "./player.js";
import { sessionRequest } from "./request.js";
import { Session } from "./session.js";
import { Settings } from "./settings.js";
import { curtain, left, notice, reason, show as showState } from "./words.js";

const $ = id => document.getElementById(id);
const SUGGESTIONS = ["What can you do?", "Who are you?", "How do I connect a language model?", "How many people can you talk to?"];
const LOST_MS = 2500;
/** Settings that a running session takes, by their names on the data channel. */
const LIVE = {
  avatar: "avatar", voice: "voice", model: "model", language: "language", background: "background",
  paddingLeft: "padding_left", paddingTop: "padding_top", paddingHeight: "padding_height",
};

const frame = document.querySelector(".frame");
const settings = new Settings();
const choices = new Choices();
const conversation = new Conversation();
const microphone = new Microphone($("mic"));
const session = new Session(settings, prepare);
const form = new Form(settings, choices, () => session.api);
const player = new Player($("video"), $("still"), $("unmute"));
const composer = new Composer(ask, () => session.interrupt());
let phase = "connecting";
let pending = false;
let losing = 0;

async function prepare(api) {
  await choices.load(api);
  form.show();
  const prompt = await promptId(settings, choices, api);
  pending = false;
  note();
  return sessionRequest(settings, choices.firsts, settings.size(frame), prompt);
}

function show(state) {
  phase = state;
  const shown = state === "idle" && microphone.track ? "listening" : state;
  showState(shown);
  composer.show(session.open, shown === "speaking" || shown === "thinking");
}

// ---- what the server says -------------------------------------------------------------------

const handlers = {
  state: data => {
    $("who").textContent = choices.avatarName(data.avatar);
    handlers.phase(data);
  },
  phase: data => {
    show(data.phase);
    if (data.phase === "idle") conversation.settled();
  },
  caption: ({ role, text, final, turn, segment }) =>
    role === "user" ? conversation.user(text, final, turn) : conversation.avatar(text, turn, segment),
  interrupted: () => conversation.interrupted(),
  history: data => conversation.restore(data.lines ?? []),
  quota: data => notice(`This conversation ends in ${left(data.left_sec)}: ${reason(data.reason)}`, 30),
  failure: data => notice(`That did not work: ${data.detail}`),
  accepted: data => conversation.accepted(data.id),
  error: data => {
    notice(data.detail ?? data.code);
    composer.giveBack(conversation.refused(data.id));
  },
  "stt-error": () => notice("That could not be understood."),
};

const on = (type, action) => session.addEventListener(type, ({ detail }) => action(detail));
on("message", ({ type, data }) => handlers[type]?.(data ?? {}));
on("connecting", ({ again, error }) => {
  document.body.classList.toggle("again", again && session.open);
  show("connecting");
  curtain(!again ? "Connecting …" : error ? `${reason(error.code, error.message)} Trying again …` : "Connecting again …");
});
on("created", () => {
  conversation.reset(session.unanswered);
  equip();
});
on("connected", () => {
  clearTimeout(losing);
  if (phase === "connecting") show("idle");
});
on("stream", stream => player.play(stream));
// A connection that is back within moments is not mentioned.
on("lost", () => {
  player.hold();
  losing = setTimeout(() => conversation.note("The connection was lost."), LOST_MS);
});
on("forgiven", words => notice(`One choice was put back, because the server no longer has it: ${words}`));
on("locked", () => {
  show("locked");
  curtain(settings.key ? "The server does not accept this API key." : "This server asks for an API key.", { key: true });
  $("key-now").focus();
});
on("failed", error => {
  show("ended");
  curtain(reason(error.code, error.message), { retry: "Try again" });
});
on("ended", name => {
  show("ended");
  curtain(reason(name), { retry: "Talk again" });
  hangUp();
});

// ---- what the person does -------------------------------------------------------------------

function ask(text) {
  const asked = session.can("LLM") ? session.ask(text) : session.say(text) && { text };
  if (!asked) {
    notice("Not connected yet; your message is kept in the box.");
    return false;
  }
  if (asked.id) conversation.asked(asked);
  else conversation.user(text, true, 0);
  $("suggestions").replaceChildren();
  return true;
}

async function toggleMicrophone() {
  if (microphone.track) {
    hangUp();
    await session.listen(null);
    show(phase);
    return;
  }
  if (!session.open) {
    notice("Not connected yet.");
    return;
  }
  if (!session.can("STT")) {
    notice("Listening is switched off; see Settings, Session.");
    return;
  }
  try {
    const track = await microphone.open(() => toggleMicrophone());
    $("mic").setAttribute("aria-pressed", "true");
    await session.listen(track);
    show(phase);
  } catch (error) {
    hangUp();
    notice(error.message, 20);
  }
}

function hangUp() {
  microphone.close();
  $("mic").setAttribute("aria-pressed", "false");
}

/** What can be done in this conversation. */
function equip() {
  $("mic").hidden = !session.can("STT");
  composer.placeholder = !session.can("LLM") ? "Type what the avatar shall say" : session.can("STT") ? "Type or talk" : "Type a message";
  const own = settings.get("document") || settings.get("prompt") === "own" || !session.can("LLM");
  $("suggestions").replaceChildren(...(own ? [] : SUGGESTIONS).map(text => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: text });
    button.onclick = () => ask(text);
    return button;
  }));
}

function openSettings() {
  if (!$("settings").open) $("settings").showModal();
}

function begin() {
  $("settings").close();
  session.start(true);
}

$("mic").onclick = toggleMicrophone;
$("retry").onclick = () => session.start();
$("settings-toggle").onclick = openSettings;
$("restart").onclick = begin;
$("done").onclick = () => (pending ? begin() : $("settings").close());
$("key-form").onsubmit = event => {
  event.preventDefault();
  settings.key = $("key-now").value.trim();
  $("key-now").value = "";
  session.start(true);
};
$("history-toggle").onclick = () => fold(!document.body.classList.contains("wide"));
$("settings").addEventListener("click", event => event.target === $("settings") && $("settings").close());

addEventListener("keydown", event => {
  if (event.key === "Escape" && !$("settings").open) session.interrupt();
  if (event.altKey && event.code === "KeyM") toggleMicrophone();
  if (event.altKey && event.code === "KeyS") openSettings();
});
addEventListener("pagehide", event => event.persisted || session.leave());

// ---- settings and layout --------------------------------------------------------------------

function note() {
  $("settings-note").textContent = pending ? "Takes effect in a new conversation." : "";
  $("done").textContent = pending ? "Begin anew" : "Done";
  $("restart").hidden = pending;
}

settings.addEventListener("change", ({ detail: { name, value, later } }) => {
  if (later) pending = true;
  note();
  frame.dataset.orientation = settings.get("orientation");
  if (!session.connected) return;
  if (name in LIVE) session.send("configure", { [LIVE[name]]: value });
  if (name === "orientation" || name === "detail") resize();
});

let resizeTimer = 0;
function resize() {
  clearTimeout(resizeTimer);
  resizeTimer = setTimeout(() => session.connected && session.send("change-size", settings.size(frame)), 400);
}

addEventListener("resize", resize);
frame.dataset.orientation = settings.get("orientation");

const narrow = matchMedia("(max-width: 900px)");
function fold(hidden) {
  document.body.classList.toggle("wide", hidden);
  $("history-toggle").setAttribute("aria-expanded", String(!hidden));
}
function arrange() {
  fold(narrow.matches);
  (narrow.matches ? $("composer") : $("conversation")).append($("suggestions"));
}
narrow.addEventListener("change", arrange);
arrange();

show("connecting");
session.start();
