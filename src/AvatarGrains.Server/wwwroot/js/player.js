// Picture and sound. Browsers give sound only after a gesture: until then the picture plays silently and sound is offered.

export class Player {
  #video;
  #button;

  constructor(video, button) {
    this.#video = video;
    this.#button = button;
    button.onclick = () => this.unmute();
    for (const gesture of ["pointerdown", "keydown"]) addEventListener(gesture, () => this.unmute(), { capture: true });
  }

  async play(stream) {
    const video = this.#video;
    if (video.srcObject !== stream) video.srcObject = stream;
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

  unmute() {
    if (!this.#video.muted) return;
    this.#video.muted = false;
    this.#button.hidden = true;
    this.#video.play().catch(refused => console.info("The sound does not play:", refused.message));
  }
}
