// The servers that can carry a conversation: the one the page was told to use, and the other edges of its cluster.

export class Edges {
  #home = null;
  #ring = [];
  #at = 0;
  #tried = 0;

  /**
   * The server to use now.
   * @param {string} home the address in the settings; empty for the page's own
   */
  current(home) {
    if (home !== this.#home) {
      this.#home = home;
      this.#ring = [absolute(home || location.origin)];
      this.#at = this.#tried = 0;
    }
    return this.#ring[this.#at];
  }

  /**
   * The server in use answers, and says where else to go when it does not.
   * @param {string[]} urls absolute addresses, or ":PORT" of the host in use
   */
  learn(urls) {
    const now = this.#ring[this.#at];
    this.#ring = [...new Set([now, ...urls.map(url => absolute(url, now)), absolute(this.#home || location.origin)])];
    this.#at = this.#tried = 0;
  }

  /** Another server than the one in use, or null. */
  get other() {
    return this.#ring.length > 1 ? this.#ring[(this.#at + 1) % this.#ring.length] : null;
  }

  /** Goes on to the next server. False when all have been tried and it is worth waiting before the next. */
  advance() {
    this.#at = (this.#at + 1) % this.#ring.length;
    this.#tried = (this.#tried + 1) % this.#ring.length;
    return this.#tried !== 0;
  }
}

function absolute(url, base) {
  if (!url.startsWith(":")) return url.replace(/\/+$/, "");
  const there = new URL(base);
  there.port = url.slice(1);
  return there.origin;
}
