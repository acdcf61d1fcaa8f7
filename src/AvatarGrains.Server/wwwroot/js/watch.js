// Notices within milliseconds that a server stops or is gone: a WebSocket without messages is closed when its process ends.

const AGAIN_MS = 5000;
const STOPPING = 1001;

export class Watch {
  #socket = null;
  #timer = 0;
  #closed = false;

  /**
   * @param {string} address of the socket
   * @param {(stopping: boolean) => void} onEnd true when the server says that it stops, false when the connection ended by itself
   */
  constructor(address, onEnd) {
    this.#open(address, onEnd);
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket.close();
  }

  #open(address, onEnd) {
    const socket = this.#socket = new WebSocket(address);
    let opened = false;
    socket.onopen = () => (opened = true);
    socket.onclose = event => {
      if (this.#closed) return;
      // A WebSocket that never opened tells nothing about the server: something on the way may block it.
      if (opened) onEnd(event.code === STOPPING);
      if (!this.#closed) this.#timer = setTimeout(() => this.#open(address, onEnd), AGAIN_MS);
    };
  }
}
