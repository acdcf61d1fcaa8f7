// The microphone: permission, level meter, and plain words when it is refused.

const REASONS = {
  NotAllowedError: "The microphone was refused. Allow it in the browser's address bar, then press Talk again. Typing works all the same.",
  NotFoundError: "No microphone was found. Plug one in, then press Talk again. Typing works all the same.",
  NotReadableError: "Another program is using the microphone. Close it, then press Talk again.",
  OverconstrainedError: "This microphone cannot be used.",
};

export class Microphone {
  #stream = null;
  #context = null;
  #frame = 0;

  constructor(meter) {
    this.meter = meter;
  }

  get track() {
    return this.#stream?.getAudioTracks()[0] ?? null;
  }

  /** @throws {Error} with words for people */
  async open(onEnded) {
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new Error("The browser gives the microphone only to pages opened by https or on this machine (localhost).");
    }
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
        audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
      });
    } catch (error) {
      throw new Error(REASONS[error.name] ?? `The microphone cannot be used (${error.name}).`);
    }
    this.track.addEventListener("ended", onEnded);
    this.#watchLevel();
    return this.track;
  }

  close() {
    cancelAnimationFrame(this.#frame);
    this.#stream?.getTracks().forEach(track => track.stop());
    this.#context?.close();
    this.#stream = this.#context = null;
    this.meter.style.setProperty("--level", 0);
  }

  #watchLevel() {
    this.#context = new AudioContext();
    const analyser = this.#context.createAnalyser();
    analyser.fftSize = 512;
    this.#context.createMediaStreamSource(this.#stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let level = 0;
    const tick = () => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const decibels = 10 * Math.log10(power + 1e-9);
      const target = Math.min(1, Math.max(0, (decibels + 60) / 50));
      level = target > level ? target : level * 0.85 + target * 0.15;
      this.meter.style.setProperty("--level", level.toFixed(3));
      this.#frame = requestAnimationFrame(tick);
    };
    tick();
  }
}
