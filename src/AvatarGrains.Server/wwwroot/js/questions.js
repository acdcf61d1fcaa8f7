// Typed questions on their way: asked again after a lost connection until the server has stored them.

export class Questions {
  #send;
  #waiting = [];
  #turn = 0;

  /** @param {(question: {id: string, text: string}) => void} send its id keeps a question from being answered twice */
  constructor(send) {
    this.#send = send;
  }

  /** Those that the server has not accepted yet, oldest first. */
  get waiting() {
    return this.#waiting;
  }

  ask(text) {
    const question = { id: `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`, text, turn: this.#turn };
    this.#waiting.push(question);
    this.#send(question);
    return question;
  }

  clear() {
    this.#waiting = [];
  }

  /** A new session counts its turns anew. */
  renew() {
    this.#turn = 0;
    for (const question of this.#waiting) question.turn = 0;
  }

  hear({ type, data }) {
    this.#turn = Math.max(this.#turn, data?.turn ?? 0);
    if (type === "accepted" || type === "error") this.#forget(data?.id);
  }

  /**
   * Asks again what did not reach the server, now that it has told what did.
   * @returns {string[]} the ids of those that did
   */
  catchUp(lines) {
    const asked = lines.filter(line => line.role === "user");
    const there = [];
    for (const question of this.#waiting) {
      const at = asked.findIndex(line => line.turn > question.turn && line.text === question.text);
      if (at < 0) {
        this.#send(question);
      } else {
        asked.splice(at, 1);
        there.push(question.id);
      }
    }
    for (const id of there) this.#forget(id);
    return there;
  }

  #forget(id) {
    this.#waiting = this.#waiting.filter(question => question.id !== id);
  }
}
