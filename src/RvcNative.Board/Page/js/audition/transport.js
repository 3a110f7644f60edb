// Play, seek and loop, with the spectrogram of what is heard.

import { checkbox, el } from "../dom.js";

export class Transport {
  constructor(player, spectrogramOf) {
    Object.assign(this, { player, spectrogramOf });
    this.button = el("button", { type: "button", class: "primary", title: "Space", onclick: () => this.toggle() }, "▶ play");
    this.seek = el("input", { class: "seek", type: "range", min: 0, max: 1, step: 0.0005, value: "0", "aria-label": "position", oninput: () => player.seek(this.seek.value * player.duration) });
    this.time = el("span", { class: "time" });
    this.told = el("span", { class: "quiet" });
    this.picture = el("img", { alt: "Mel spectrogram of what is heard" });
    this.head = el("div", { class: "playhead" });
    this.scope = el("div", { class: "scope", onclick: (event) => player.seek(event.offsetX / this.scope.clientWidth * player.duration) }, this.picture, this.head);
    this.element = el("div", {}, el("div", { class: "transport" }, this.button, this.seek, this.time, checkbox("loop", player.loops, (loops) => player.loop(loops)), this.told), this.scope);
    this.frame = requestAnimationFrame(() => this.follow());
  }

  toggle() {
    if (this.player.isPlaying) this.player.stop();
    else this.player.play();
  }

  say(words) {
    this.told.textContent = words;
  }

  update() {
    const { player } = this;
    this.button.textContent = player.isPlaying ? "❚❚ pause" : "▶ play";
    this.button.disabled = !player.buffers.size;
    const url = player.heard ? this.spectrogramOf(player.heard) : null;
    if (!url) this.picture.removeAttribute("src");
    else if (this.picture.getAttribute("src") !== url) this.picture.src = url;
  }

  follow() {
    const { player } = this, { position, duration } = player;
    this.head.style.left = `${duration ? 100 * position / duration : 0}%`;
    if (document.activeElement !== this.seek || player.isPlaying) this.seek.value = duration ? position / duration : 0;
    this.time.textContent = `${position.toFixed(1)} / ${duration.toFixed(1)} s`;
    this.frame = requestAnimationFrame(() => this.follow());
  }

  close() {
    cancelAnimationFrame(this.frame);
  }
}
