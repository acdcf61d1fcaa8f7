// Picture and sound. Browsers give sound only after a gesture: until then the picture plays silently and sound is offered.

export class Player {
  #video;
  #still;
  #button;

  /**
   * @param {HTMLVideoElement} video
   * @param {HTMLCanvasElement} still lies over it
   * @param {HTMLButtonElement} button
   */
  constructor(video, still, button) {
    this.#video = video;
    this.#still = still;
    this.#button = button;
    button.onclick = () => this.unmute();
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.unmute(), { capture: true });
  }

  async play(stream) {
    const video = this.#video;
    if (video.srcObject !== stream) {
      this.hold();
      video.srcObject = stream;
      this.#release();
    }
    video.muted = false;
    try {
      await video.play();
      this.#button.hidden = true;
    } catch (error) {
      if (error.name !== "NotAllowedError") return;
      video.muted = true;
      this.#button.hidden = false;
      await video.play().catch(refused => console.info("The picture does not play:", refused.message));
    }
  }

  /** Keeps the last picture until there is a new one: an element whose stream ends or changes is black in between. */
  hold() {
    const video = this.#video;
    const still = this.#still;
    if (!video.videoWidth || !still.hidden) return;
    [still.width, still.height] = [video.videoWidth, video.videoHeight];
    still.getContext("2d").drawImage(video, 0, 0);
    still.hidden = false;
    // Drawn as it is now, so that it fades, if at all, as slowly as the video would.
    still.getBoundingClientRect();
  }

  #release() {
    const video = this.#video;
    const seen = () => {
      // The event is about an earlier picture.
      if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) video.requestVideoFrameCallback(seen);
      else this.#still.hidden = true;
    };
    video.requestVideoFrameCallback(seen);
  }

  unmute() {
    if (!this.#video.muted) return;
    this.#video.muted = false;
    this.#button.hidden = true;
    this.#video.play().catch(refused => console.info("The sound does not play:", refused.message));
  }
}
