// The Perso REST contract, as any client would call it.

export class ApiError extends Error {
  constructor(status, code, detail) {
    super(detail || `The server answered ${status}.`);
    this.status = status;
    this.code = code;
  }
}

export class Api {
  constructor(server, key) {
    this.base = (server || "").replace(/\/+$/, "");
    this.key = key || "";
  }

  settings(name) {
    return this.#call("GET", `/api/v1/settings/${name}/`, { keyed: true });
  }

  list(name) {
    return this.#call("GET", `/api/v1/${name}/`, { keyed: true });
  }

  createSession(body) {
    return this.#call("POST", "/api/v1/session/", { body, keyed: true });
  }

  session(id) {
    return this.#call("GET", `/api/v1/session/${id}/`);
  }

  async iceServers(id) {
    return (await this.#call("GET", `/api/v1/session/${id}/ice-servers/`)).ice_servers ?? [];
  }

  async exchange(id, offer) {
    const answer = await this.#call("POST", `/api/v1/session/${id}/exchange/`, { body: { client_sdp: { type: offer.type, sdp: offer.sdp } } });
    return answer.server_sdp;
  }

  event(id, event, detail = "") {
    return this.#call("POST", `/api/v1/session/${id}/event/create/`, { body: { event, detail } });
  }

  async #call(method, path, { body, keyed = false } = {}) {
    const headers = {};
    if (body) headers["Content-Type"] = "application/json";
    if (keyed && this.key) headers["PersoLive-APIKey"] = this.key;
    let response;
    try {
      response = await fetch(this.base + path, { method, headers, body: body && JSON.stringify(body) });
    } catch {
      throw new ApiError(0, "unreachable", "The server cannot be reached.");
    }
    if (!response.ok) {
      const error = (await response.json().catch(() => null))?.errors?.[0];
      throw new ApiError(response.status, error?.code, error?.detail);
    }
    return response.json();
  }
}
