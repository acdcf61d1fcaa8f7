// States, reasons and notices: what the page says about itself.

const $ = id => document.getElementById(id);
const STATES = {
  connecting: "Connecting", idle: "Ready", listening: "Listening", thinking: "Thinking", speaking: "Speaking", ended: "Ended", locked: "Locked",
};
const REASONS = {
  GRACEFUL_TERMINATION: "The conversation has ended.",
  SESSION_EXPIRED_BEFORE_CONNECTION: "The conversation was not joined in time.",
  SESSION_LOST_AFTER_CONNECTION: "The connection was lost for too long.",
  SESSION_MISC_ERROR: "Something went wrong on the server.",
  MAX_ACTIVE_SESSION_QUOTA_EXCEEDED: "All places are taken at the moment.",
  MAX_MIN_PER_SESSION_QUOTA_EXCEEDED: "The time for this conversation is used up.",
  TOTAL_MIN_PER_MONTH_QUOTA_EXCEEDED: "This month's minutes are used up.",
  INSUFFICIENT_CREDITS: "The credits are used up.",
};

/** A reason or an error code in words; other words where it is not known. */
export function reason(code, otherwise = "The conversation has ended.") {
  return REASONS[code?.toUpperCase()] ?? otherwise;
}

export function left(seconds) {
  return seconds < 90 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}

/** Shows what the avatar does. */
export function show(state) {
  document.body.dataset.state = state;
  $("state").querySelector("span").textContent = STATES[state];
}

/** What stands over the picture while there is no conversation. */
export function curtain(text, { retry = "", key = false } = {}) {
  $("curtain-text").textContent = text;
  $("retry").hidden = !retry;
  if (retry) $("retry").textContent = retry;
  $("key-form").hidden = !key;
}

let timer = 0;
/** A line that goes away by itself. */
export function notice(text, seconds = 12) {
  clearTimeout(timer);
  $("notice").hidden = !text;
  $("notice").firstElementChild.textContent = text;
  if (text) timer = setTimeout(() => notice(""), seconds * 1000);
}

$("notice").querySelector("button").onclick = () => notice("");
