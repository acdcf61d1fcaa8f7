// Choosing or dropping a file, and its way to the server: progress, cancelling, and what went wrong.

const MEGABYTE = 1 << 20;

export class Upload {
  #parts;
  #work;
  #abort = null;

  /**
   * @param {HTMLElement} zone holds an input of type file, a button, a progress and an element of class status
   * @param {(file: File, onProgress: (share: number) => void, signal: AbortSignal) => Promise<string>} work uploads; gives the words for its success
   */
  constructor(zone, work) {
    const [input, button, progress, status] = ["input", "button", "progress", ".status"].map(what => zone.querySelector(what));
    this.#parts = { button, progress, status, words: button.textContent };
    this.#work = work;
    button.onclick = () => (this.#abort ? this.#abort.abort() : input.click());
    input.onchange = () => {
      if (input.files[0]) this.take(input.files[0]);
      input.value = "";
    };
    for (const name of ["dragenter", "dragover"]) {
      zone.addEventListener(name, event => {
        event.preventDefault();
        zone.classList.add("over");
      });
    }
    for (const name of ["dragleave", "drop"]) zone.addEventListener(name, () => zone.classList.remove("over"));
    zone.addEventListener("drop", event => {
      event.preventDefault();
      if (event.dataTransfer.files[0]) this.take(event.dataTransfer.files[0]);
    });
  }

  async take(file) {
    if (this.#abort) return;
    this.#abort = new AbortController();
    this.#show(`${file.name} …`, 0);
    try {
      const progress = share => this.#show(share < 1 ? `${file.name} · ${Math.round(100 * share)} %` : "Reading it …", share);
      this.#show(await this.#work(file, progress, this.#abort.signal));
    } catch (error) {
      this.#show(this.#abort.signal.aborted ? "Cancelled." : `${file.name} was not taken: ${reason(error, file)}`, null, !this.#abort.signal.aborted);
    } finally {
      this.#abort = null;
      this.#parts.button.textContent = this.#parts.words;
    }
  }

  /**
   * Takes something away from the server again and says beside the button how that went.
   * @param {() => Promise<void>} work
   * @returns {Promise<boolean>} true when it is gone
   */
  async remove(work) {
    try {
      await work();
    } catch (error) {
      if (error.status !== 404) {
        this.#show(`It was not removed: ${error.message}`, null, true);
        return false;
      }
    }
    this.#show("Removed.");
    return true;
  }

  #show(text, share = null, failed = false) {
    const { button, progress, status } = this.#parts;
    status.textContent = text;
    status.classList.toggle("failed", failed);
    status.scrollIntoView({ block: "nearest" });
    progress.hidden = share === null;
    progress.value = share ?? 0;
    if (share !== null) button.textContent = "Cancel";
  }
}

function reason(error, file) {
  if (error.status === 413) return `it is larger than the server takes (${(file.size / MEGABYTE).toFixed(1)} MB).`;
  if (error.wantsKey) return "the server asks for an API key; see Session.";
  return error.message;
}
