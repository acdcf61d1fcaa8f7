// What was said, as a transcript and as captions over the picture.

const CAPTION_MS = 6000;

export class Conversation {
  #lines = document.getElementById("lines");
  #user = document.getElementById("caption-user");
  #avatar = document.getElementById("caption-avatar");
  #partial = null;
  #timers = new Map();
  #current = null;

  user(text, final, turn) {
    this.#caption(this.#user, text);
    this.#user.classList.toggle("partial", !final);
    if (final) this.#clear(this.#avatar);
    if (!text) {
      this.#partial?.remove();
      this.#partial = null;
      return;
    }
    const pending = final && this.#pending(text);
    if (pending) {
      pending.dataset.turn = turn;
      this.#scroll();
      return;
    }
    this.#partial ??= this.#add("user", "");
    this.#partial.textContent = text;
    this.#partial.classList.toggle("partial", !final);
    if (final) {
      this.#partial.dataset.turn = turn;
      this.#partial = null;
    }
    this.#scroll();
  }

  avatar(text, turn, segment) {
    this.#caption(this.#avatar, text);
    this.#clear(this.#user);
    // Sentences of one turn make one bubble.
    const same = this.#current?.dataset.turn === String(turn);
    // A sentence that is said again to a connection that came back is there already.
    if (same && segment <= Number(this.#current.dataset.segment)) return;
    if (same) {
      this.#current.textContent += ` ${text}`;
    } else {
      this.#current = this.#add("avatar", text);
      this.#current.dataset.turn = turn;
    }
    this.#current.dataset.segment = segment;
    this.#scroll();
  }

  interrupted() {
    this.#clear(this.#avatar);
    this.#current?.classList.add("interrupted");
    this.#current = null;
  }

  settled() {
    // The caption's own time would else run on, and take a later caption away.
    clearTimeout(this.#timers.get(this.#avatar));
    this.#timers.set(this.#avatar, setTimeout(() => this.#clear(this.#avatar), 1500));
  }

  /** Shows a question at once; it is pale until the server has accepted it. */
  asked({ id, text }) {
    const item = this.#add("user", text);
    item.classList.add("pending");
    item.dataset.question = id;
    this.#scroll();
  }

  accepted(id) {
    this.#question(id)?.classList.remove("pending");
  }

  /** Takes a question away that the server does not take; returns its words. */
  refused(id) {
    const item = this.#question(id);
    item?.remove();
    return item?.textContent ?? "";
  }

  note(text) {
    this.#add("note", text);
    this.#scroll();
  }

  /** Shows the conversation of a session that goes on after a loss. */
  restore(lines) {
    if (this.#lines.childElementCount > 0) return;
    for (const line of lines) {
      const item = this.#add(line.role === "user" ? "user" : "avatar", line.text);
      item.classList.toggle("interrupted", Boolean(line.interrupted));
    }
    this.#scroll();
  }

  /** Begins anew with the questions that still wait for an answer. */
  reset(questions) {
    this.#lines.replaceChildren();
    this.#clear(this.#user);
    this.#clear(this.#avatar);
    this.#partial = this.#current = null;
    for (const question of questions) this.asked(question);
  }

  #question(id) {
    return [...this.#lines.children].find(item => item.dataset.question === id);
  }

  /** The question shown already that these words repeat. */
  #pending(text) {
    const same = [...this.#lines.querySelectorAll("li.pending")].filter(item => item.textContent === text);
    return same.find(item => !item.dataset.turn) ?? same[0];
  }

  #add(kind, text) {
    const item = document.createElement("li");
    item.className = kind;
    item.textContent = text;
    this.#lines.append(item);
    while (this.#lines.childElementCount > 400) this.#lines.firstElementChild.remove();
    return item;
  }

  #caption(element, text) {
    clearTimeout(this.#timers.get(element));
    element.textContent = text;
    this.#timers.set(element, setTimeout(() => this.#clear(element), CAPTION_MS + text.length * 60));
  }

  #clear(element) {
    clearTimeout(this.#timers.get(element));
    element.textContent = "";
  }

  #scroll() {
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }
}
