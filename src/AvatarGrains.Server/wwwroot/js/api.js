// The Perso REST contract, as any client would call it.

export class ApiError extends Error {
  /**
   * @param {number} status HTTP status, or 0 when there was no answer
   * @param {{code?: string, detail?: string, attr?: string}} [error] the server's own words
   * @param {number} [retryAfter] seconds to wait before another try
   */
  constructor(status, error, retryAfter = 0) {
    super(error?.detail || (status ? `The server answered ${status}.` : "The server cannot be reached."));
    this.status = status;
    this.code = error?.code;
    this.attr = error?.attr;
    this.retryAfter = retryAfter;
  }

  /** The server asks for a key, or for another one. */
  get wantsKey() {
    return this.status === 401 || this.status === 403;
  }
}

export class Api {
  constructor(server, key) {
    this.base = (server || "").replace(/\/+$/, "");
    this.key = key || "";
  }

  settings(name) {
    return this.#call("GET", `settings/${name}/`, { keyed: true });
  }

  list(name) {
    return this.#call("GET", `${name}/`, { keyed: true });
  }

  add(name, body) {
    return this.#call("POST", `${name}/`, { body, keyed: true });
  }

  remove(name, id) {
    return this.#call("DELETE", `${name}/${encodeURIComponent(id)}/`, { keyed: true });
  }

  createSession(body) {
    return this.#call("POST", "session/", { body, keyed: true });
  }

  async iceServers(id) {
    return (await this.#call("GET", `session/${id}/ice-servers/`)).ice_servers ?? [];
  }

  async exchange(id, offer) {
    const answer = await this.#call("POST", `session/${id}/exchange/`, { body: { client_sdp: { type: offer.type, sdp: offer.sdp } } });
    return answer.server_sdp;
  }

  /** "gone" when no server answers, "stopping" when it takes nothing new, else "here", also when it is slow to answer. */
  async health() {
    try {
      const answer = await fetch(`${this.base}/api/v1/health`, { cache: "no-store", signal: AbortSignal.timeout(2000) });
      return answer.status === 503 ? "stopping" : "here";
    } catch (error) {
      return error.name === "TimeoutError" ? "here" : "gone";
    }
  }

  /** The WebSocket that ends with the server; see watch.js. */
  get watchAddress() {
    return `${this.base.replace(/^http/, "ws")}/api/v1/health/ws`;
  }

  event(id, event, detail = "") {
    return this.#call("POST", `session/${id}/event/create/`, { body: { event, detail } });
  }

  /** Ends a session while the page is being left, when no answer can be waited for. */
  leave(id) {
    navigator.sendBeacon(this.#url(`session/${id}/event/create/`), JSON.stringify({ event: "SESSION_END", detail: "The page was left." }));
  }

  /** Where a path that the server names is to be found. */
  address(path) {
    return path && !/^[a-z]+:/i.test(path) ? this.base + path : path ?? "";
  }

  /**
   * Sends a file. Only XMLHttpRequest tells how far an upload is.
   * @param {string} name the collection
   * @param {FormData} form
   * @param {(share: number) => void} onProgress 0 to 1
   * @param {AbortSignal} signal
   */
  upload(name, form, onProgress, signal) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.#url(`${name}/`));
      request.responseType = "json";
      if (this.key) request.setRequestHeader("PersoLive-APIKey", this.key);
      request.upload.onprogress = event => event.lengthComputable && onProgress(event.loaded / event.total);
      request.onload = () => (request.status < 300 ? resolve(request.response) : reject(new ApiError(request.status, request.response?.errors?.[0])));
      request.onerror = () => reject(new ApiError(0));
      request.onabort = () => reject(signal.reason);
      signal.addEventListener("abort", () => request.abort());
      request.send(form);
    });
  }

  #url(path) {
    return `${this.base}/api/v1/${path}`;
  }

  async #call(method, path, { body, keyed = false } = {}) {
    const headers = {};
    // Without it a request to another edge needs no preflight of the browser.
    if (body && keyed) headers["Content-Type"] = "application/json";
    if (keyed && this.key) headers["PersoLive-APIKey"] = this.key;
    let response;
    try {
      response = await fetch(this.#url(path), { method, headers, body: body && JSON.stringify(body) });
    } catch {
      throw new ApiError(0);
    }
    if (!response.ok) {
      const error = (await response.json().catch(() => null))?.errors?.[0];
      throw new ApiError(response.status, error, Number(response.headers.get("Retry-After")) || 0);
    }
    return response.status === 204 ? null : response.json();
  }
}
