// Plays all renders of a clip at once, in step, and lets one be heard: switching is a change of gains, at the same place and without a gap.

const fadeSeconds = 0.008;

export class Player {
  constructor(onchange) {
    Object.assign(this, { onchange, buffers: new Map(), voices: new Map(), heard: null, isPlaying: false, offset: 0, startedAt: 0, loops: true });
  }

  /** @param sounds Map of key to URL; what was decoded before is kept. @param ontold gets "3 of 12" as they come. */
  async load(sounds, ontold) {
    this.context ??= new AudioContext();
    for (const key of this.buffers.keys()) if (!sounds.has(key)) this.buffers.delete(key);
    const missing = [...sounds].filter(([key]) => !this.buffers.has(key));
    let done = 0;
    await Promise.all(missing.map(async ([key, url]) => {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${url}: ${response.status}`);
      this.buffers.set(key, await this.context.decodeAudioData(await response.arrayBuffer()));
      ontold(`${++done} of ${missing.length} decoded`);
    }));
  }

  get duration() {
    return Math.max(0, ...[...this.buffers.values()].map((buffer) => buffer.duration));
  }

  get position() {
    if (!this.isPlaying) return this.offset;
    const gone = this.offset + this.context.currentTime - this.startedAt;
    return this.loops && this.duration ? gone % this.duration : Math.min(gone, this.duration);
  }

  async play() {
    if (this.isPlaying || !this.buffers.size) return;
    await this.context.resume();
    if (this.offset >= this.duration) this.offset = 0;
    this.startedAt = this.context.currentTime + 0.03;
    for (const [key, buffer] of this.buffers) {
      const source = new AudioBufferSourceNode(this.context, { buffer, loop: this.loops, loopEnd: this.duration });
      const gain = new GainNode(this.context, { gain: key === this.heard ? 1 : 0 });
      source.connect(gain).connect(this.context.destination);
      source.start(this.startedAt, Math.min(this.offset, buffer.duration));
      this.voices.set(key, { source, gain });
    }
    this.isPlaying = true;
    const longest = [...this.voices.values()].reduce((a, b) => (a.source.buffer.duration >= b.source.buffer.duration ? a : b));
    longest.source.onended = () => this.isPlaying && this.voices.get(this.keyOf(longest))?.source === longest.source && this.stop(0);
    this.onchange();
  }

  keyOf(voice) {
    return [...this.voices].find(([, each]) => each === voice)?.[0];
  }

  stop(at = this.position) {
    this.isPlaying = false;
    this.offset = at;
    for (const { source, gain } of this.voices.values()) {
      source.onended = null;
      source.stop();
      gain.disconnect();
    }
    this.voices.clear();
    this.onchange();
  }

  hear(key) {
    this.heard = key;
    for (const [each, { gain }] of this.voices) {
      const now = this.context.currentTime;
      gain.gain.cancelScheduledValues(now);
      gain.gain.setValueAtTime(gain.gain.value, now);
      gain.gain.linearRampToValueAtTime(each === key ? 1 : 0, now + fadeSeconds);
    }
    this.onchange();
  }

  async seek(seconds) {
    const wasPlaying = this.isPlaying;
    if (wasPlaying) this.stop();
    this.offset = Math.min(Math.max(0, seconds), this.duration);
    if (wasPlaying) await this.play();
    this.onchange();
  }

  async loop(loops) {
    const wasPlaying = this.isPlaying, at = this.position;
    if (wasPlaying) this.stop(at);
    this.loops = loops;
    if (wasPlaying) await this.play();
  }

  close() {
    if (this.isPlaying) this.stop();
    this.context?.close();
  }
}
