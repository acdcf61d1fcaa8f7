// The line the person types on, with the buttons beside it.

const $ = id => document.getElementById(id);

export class Composer {
  #box = $("message");
  #ready = false;
  #busy = false;

  /**
   * @param {(text: string) => boolean} onSend false when it could not be sent; the text then stays
   * @param {() => void} onStop
   */
  constructor(onSend, onStop) {
    this.#box.addEventListener("input", () => this.#show());
    this.#box.addEventListener("keydown", event => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      $("composer").requestSubmit();
    });
    $("composer").addEventListener("submit", event => {
      event.preventDefault();
      const text = this.#box.value.trim();
      if (!text || !onSend(text)) return;
      this.#box.value = "";
      this.#show();
    });
    $("interrupt").onclick = onStop;
  }

  /** @param {string} words shown in the empty box */
  set placeholder(words) {
    this.#box.placeholder = words;
  }

  /** Puts words back that the server did not take, unless others stand there. */
  giveBack(text) {
    this.#box.value ||= text;
    this.#show();
  }

  /** @param {boolean} ready a message can be sent @param {boolean} busy the avatar thinks or speaks */
  show(ready, busy) {
    this.#ready = ready;
    this.#busy = busy;
    this.#show();
  }

  // Stop stands where Send does while there is nothing to send.
  #show() {
    const text = this.#box.value.trim();
    $("send").disabled = !this.#ready || !text;
    $("interrupt").hidden = !this.#busy || Boolean(text);
    $("send").hidden = !$("interrupt").hidden;
  }
}
