// Plays all renders of a clip at once, in step, and lets one be heard: switching is a change of gains, at the same place and without a gap.

const fadeSeconds = 0.008, leadSeconds = 0.03;

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
    const longest = Math.max(...[...this.buffers.values()].map((buffer) => buffer.length));
    for (const [key, buffer] of this.buffers) if (buffer.length < longest) this.buffers.set(key, filled(buffer, longest));
  }

  get duration() {
    return this.buffers.values().next().value?.duration ?? 0;
  }

  get position() {
    if (!this.isPlaying) return this.offset;
    const gone = Math.max(this.offset, this.offset + this.context.currentTime - this.startedAt);
    return this.loops && this.duration ? gone % this.duration : Math.min(gone, this.duration);
  }

  async play() {
    if (this.isPlaying || !this.buffers.size) return;
    this.isPlaying = true;
    this.startedAt = Infinity;
    await this.context.resume();
    if (!this.isPlaying) return;
    if (this.offset >= this.duration) this.offset = 0;
    this.startedAt = this.context.currentTime + leadSeconds;
    for (const [key, buffer] of this.buffers) {
      const source = new AudioBufferSourceNode(this.context, { buffer, loop: this.loops }), gain = new GainNode(this.context, { gain: key === this.heard ? 1 : 0 });
      source.connect(gain).connect(this.context.destination);
      source.onended = () => this.stop(0);
      source.start(this.startedAt, this.offset);
      this.voices.set(key, { source, gain });
    }
    this.onchange();
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

// Sounds of one length stay in step however often they loop.
function filled(buffer, length) {
  const longer = new AudioBuffer({ length, numberOfChannels: buffer.numberOfChannels, sampleRate: buffer.sampleRate });
  for (let channel = 0; channel < buffer.numberOfChannels; channel++) longer.copyToChannel(buffer.getChannelData(channel), channel);
  return longer;
}
