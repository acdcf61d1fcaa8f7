// The page: joins the session, the microphone, the settings and what the person sees.

import { Conversation } from "./conversation.js";
import { Microphone } from "./microphone.js";
import { Session } from "./session.js";
import { Settings } from "./settings.js";

const $ = id => document.getElementById(id);
const STATES = { connecting: "Connecting", idle: "Ready", listening: "Listening", thinking: "Thinking", speaking: "Speaking", ended: "Ended" };
const REASONS = {
  GRACEFUL_TERMINATION: "The conversation has ended.",
  SESSION_EXPIRED_BEFORE_CONNECTION: "The conversation was not joined in time.",
  SESSION_LOST_AFTER_CONNECTION: "The connection was lost for too long.",
  SESSION_MISC_ERROR: "Something went wrong on the server.",
  MAX_ACTIVE_SESSION_QUOTA_EXCEEDED: "All places are taken at the moment.",
  MAX_MIN_PER_SESSION_QUOTA_EXCEEDED: "The time for this conversation is used up.",
  TOTAL_MIN_PER_MONTH_QUOTA_EXCEEDED: "This month's minutes are used up.",
};
const SUGGESTIONS = ["What can you do?", "Who are you?", "How do I connect a language model?", "How many people can you talk to?"];

const settings = new Settings();
const conversation = new Conversation();
const microphone = new Microphone($("mic"));
const session = new Session(settings, document.querySelector(".frame"));
const video = $("video");
let phase = "idle";

function show(state) {
  document.body.dataset.state = state;
  $("state").querySelector("span").textContent = STATES[state];
  $("interrupt").hidden = state !== "speaking" && state !== "thinking";
  $("send").disabled = !session.open || !$("message").value.trim();
}

function curtain(text, retry = false) {
  $("curtain-text").textContent = text;
  $("retry").hidden = !retry;
}

let noticeTimer = 0;
function notice(text, seconds = 12) {
  clearTimeout(noticeTimer);
  $("notice").hidden = !text;
  $("notice").firstElementChild.textContent = text;
  if (text) noticeTimer = setTimeout(() => notice(""), seconds * 1000);
}

// ---- what the server says -------------------------------------------------------------------

const handlers = {
  state: data => handlers.phase(data),
  phase: data => {
    phase = data.phase;
    show(phase === "idle" && microphone.track ? "listening" : phase);
    if (phase === "idle") conversation.settled();
  },
  caption: data => (data.role === "user" ? conversation.user(data.text, data.final, data.turn) : conversation.avatar(data.text, data.turn, data.segment)),
  interrupted: () => conversation.interrupted(),
  history: data => conversation.restore(data.lines ?? []),
  quota: data => notice(`This conversation ends in ${data.left_sec < 90 ? `${data.left_sec} seconds` : `${Math.round(data.left_sec / 60)} minutes`}: ${REASONS[data.reason] ?? data.reason}`, 30),
  failure: data => notice(`That did not work: ${data.detail}`),
  accepted: data => conversation.accepted(data.id),
  error: data => {
    notice(data.detail ?? data.code);
    box.value ||= conversation.refused(data.id);
    show(document.body.dataset.state);
  },
  "stt-error": () => notice("That could not be understood."),
};

session.addEventListener("message", ({ detail: { type, data } }) => handlers[type]?.(data ?? {}));
session.addEventListener("connecting", ({ detail }) => {
  show("connecting");
  curtain(detail.again ? `Connecting again … ${detail.reason ?? ""}` : "Connecting …");
});
session.addEventListener("connected", () => {
  show(phase = "idle");
  $("who").textContent = settings.avatarName();
});
session.addEventListener("created", () => conversation.reset(session.unanswered));
session.addEventListener("stream", ({ detail }) => play(detail));
session.addEventListener("lost", () => conversation.note("The connection was lost."));
session.addEventListener("failed", ({ detail }) => {
  show("ended");
  curtain(detail, true);
});
session.addEventListener("ended", ({ detail }) => {
  show("ended");
  curtain(REASONS[detail] ?? "The conversation has ended.", true);
  hangUp();
});

// ---- picture and sound ----------------------------------------------------------------------

async function play(stream) {
  if (video.srcObject !== stream) video.srcObject = stream;
  video.muted = false;
  try {
    await video.play();
    $("unmute").hidden = true;
  } catch (error) {
    if (error.name !== "NotAllowedError") return;
    // Browsers give sound only after a gesture: start silent and offer it.
    video.muted = true;
    $("unmute").hidden = false;
    await video.play().catch(() => {});
  }
}

function unmute() {
  if (!video.muted) return;
  video.muted = false;
  $("unmute").hidden = true;
  video.play().catch(() => {});
}

addEventListener("pointerdown", unmute, { capture: true });
addEventListener("keydown", unmute, { capture: true });

// ---- what the person does -------------------------------------------------------------------

const box = $("message");
box.addEventListener("input", () => ($("send").disabled = !session.open || !box.value.trim()));
box.addEventListener("keydown", event => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
});

$("composer").addEventListener("submit", event => {
  event.preventDefault();
  ask(box.value.trim());
});

function ask(text) {
  if (!text) return;
  const question = session.say(text);
  if (!question) {
    notice("Not connected yet; your message is kept in the box.");
    return;
  }
  conversation.asked(question);
  box.value = "";
  $("send").disabled = true;
  $("suggestions").replaceChildren();
}

async function toggleMicrophone() {
  if (microphone.track) {
    hangUp();
    await session.listen(null);
    show(phase);
    return;
  }
  try {
    const track = await microphone.open(() => toggleMicrophone());
    $("mic").setAttribute("aria-pressed", "true");
    await session.listen(track);
    show(phase === "idle" ? "listening" : phase);
  } catch (error) {
    hangUp();
    notice(error.message, 20);
  }
}

function hangUp() {
  microphone.close();
  $("mic").setAttribute("aria-pressed", "false");
}

$("mic").onclick = toggleMicrophone;
$("interrupt").onclick = () => session.interrupt();
$("retry").onclick = () => session.start();
$("unmute").onclick = unmute;
$("notice").querySelector("button").onclick = () => notice("");
$("settings-toggle").onclick = () => $("settings").showModal();
$("restart").onclick = () => {
  $("settings").close();
  session.start(true);
};
$("history-toggle").onclick = () => {
  const hidden = document.body.classList.toggle("wide");
  $("history-toggle").setAttribute("aria-expanded", String(!hidden));
};
$("settings").addEventListener("click", event => event.target === $("settings") && $("settings").close());

addEventListener("keydown", event => {
  if (event.key === "Escape" && !$("settings").open) session.interrupt();
  if (event.altKey && event.code === "KeyM") toggleMicrophone();
  if (event.altKey && event.code === "KeyS") $("settings").showModal();
});

settings.addEventListener("change", ({ detail: { name, value, live } }) => {
  if (name === "server" || name === "key" || name === "prompt" || name === "document") {
    $("settings-note").textContent = "Press “New conversation” to use it.";
    return;
  }
  if (!live || !session.connected) return;
  const keys = { avatar: "avatar", voice: "voice", model: "model", language: "language", background: "background",
    paddingLeft: "padding_left", paddingTop: "padding_top", paddingHeight: "padding_height" };
  if (keys[name]) session.send("configure", { [keys[name]]: value === "" && name !== "background" ? null : value });
  if (name === "orientation") resize();
  if (name === "avatar") $("who").textContent = settings.avatarName();
});

let resizeTimer = 0;
function resize() {
  clearTimeout(resizeTimer);
  resizeTimer = setTimeout(() => session.connected && session.send("change-size", settings.size(document.querySelector(".frame"))), 400);
}

addEventListener("resize", resize);
$("suggestions").replaceChildren(...SUGGESTIONS.map(text => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.onclick = () => ask(text);
  return button;
}));

const narrow = matchMedia("(max-width: 900px)");
function fold() {
  document.body.classList.toggle("wide", narrow.matches);
  $("history-toggle").setAttribute("aria-expanded", String(!narrow.matches));
}
narrow.addEventListener("change", fold);
fold();

show("connecting");
session.start();
