// Hearing the saves of one run.

import { getJson, getRecord, runUrl, send } from "../api.js";
import { el, empty, fill, select } from "../dom.js";
import { keep, settings } from "../settings.js";
import { BlindPanel } from "./blind.js";
import { DifferencePanel } from "./difference.js";
import { Player } from "./player.js";
import { takesTable } from "./takes.js";
import { Transport } from "./transport.js";

export class AuditionView {
  constructor(place, runs) {
    Object.assign(this, { place, runs, run: null, clip: null, how: null, state: null, renders: [], seen: "" });
    this.saveName = (render) => `e${render.epoch}_s${render.step}`;
    this.saveLabel = (render) => `epoch ${render.epoch}`;
    this.player = new Player(() => this.update());
    this.transport = new Transport(this.player, (id) => (this.blind.isOn || id === this.clip ? null : runUrl(this.run, "audition/spectrogram", { id })));
    this.blind = new BlindPanel(this);
    this.difference = new DifferencePanel(this);
    this.choices = el("div", { class: "toolbar" });
    this.takes = el("div");
    this.said = el("p");
    this.desk = el("div", {}, this.choices, el("section", { class: "card" }, this.transport.element), el("section", { class: "card" }, this.takes, this.said), this.blind.element, this.difference.element);
    this.onkey = (event) => this.key(event);
    document.addEventListener("keydown", this.onkey);
  }

  async refresh() {
    const shown = this.runs.shown;
    if (!shown.length) return fill(this.place, empty(this.runs.whyNone));
    const run = shown.includes(settings.auditionRun) ? settings.auditionRun : shown[0];
    const [state, validation] = await Promise.all([getJson(runUrl(run, "audition")), getRecord(run, "validation")]);
    const seen = JSON.stringify([shown, run, state, validation, this.clip, this.how]);
    if (seen === this.seen) {
      if (this.isStale) this.drawTakes();
      return;
    }
    this.seen = seen;
    Object.assign(this, { run, state, validation: validation.content ?? null });
    if (!state.renders.length) {
      const saves = state.saves.length ? `${state.saves.length} saves are kept.` : "No save is kept yet.";
      return fill(this.place, this.choose(shown), el("div", { class: "empty" }, el("p", {}, `${saves} No clip of yours was rendered yet:`),
        el("p", {}, el("code", {}, `rvcnative audition --name ${run} --clip FILE`)), el("p", {}, "or, while it trains,"), el("p", {}, el("code", {}, `rvcnative train --name ${run} --audition-clip FILE …`))));
    }
    try {
      await this.open(shown);
    } catch (failure) {
      this.seen = "";
      throw failure;
    }
  }

  // Takes the clip and settings that are chosen, or the first there are.
  async open(shown) {
    const { state } = this, clips = state.clips.filter((clip) => state.renders.some((render) => render.clip === clip.id));
    if (!clips.length) return fill(this.place, this.choose(shown), empty("The clips that were rendered are gone; run `rvcnative audition` again."));
    if (!clips.some((clip) => clip.id === this.clip)) this.clip = clips[0].id;
    const ways = [...new Set(state.renders.filter((render) => render.clip === this.clip).map((render) => render.settings))];
    if (!ways.includes(this.how)) this.how = ways.at(-1);
    this.renders = state.renders.filter((render) => render.clip === this.clip && render.settings === this.how);
    const again = (change) => this.change(change);
    fill(this.choices, this.choose(shown), el("label", {}, "clip ", select(clips.map((clip) => ({ value: clip.id, label: clip.name })), this.clip, (clip) => again({ clip }))),
      ways.length > 1 ? el("label", {}, "settings ", select(ways.map((way) => ({ value: way, label: way })), this.how, (how) => again({ how }))) : el("span", { class: "quiet" }, this.how));
    if (this.desk.parentNode !== this.place) fill(this.place, this.desk);
    if (!this.blind.isOn) this.blind.draw();
    this.difference.draw();
    this.drawTakes();
    await this.loadSounds();
  }

  choose(shown) {
    const options = shown.map((run) => ({ value: run, label: run }));
    return el("label", {}, "run ", select(options, this.run, (auditionRun) => {
      keep({ auditionRun });
      this.change({ clip: null, how: null });
    }));
  }

  // Other sounds: what plays and what is compared ends.
  change(choice) {
    if (this.player.isPlaying) this.player.stop();
    if (this.blind.isOn) this.blind.end();
    Object.assign(this, choice);
    this.runs.onchange();
  }

  async loadSounds() {
    const sounds = new Map([[this.clip, runUrl(this.run, "audition/clip", { id: this.clip })], ...this.renders.map((render) => [render.id, runUrl(this.run, "audition/render", { id: render.id })])]);
    const at = this.player.position, wasPlaying = this.player.isPlaying;
    if ([...sounds.keys()].every((key) => this.player.buffers.has(key)) && sounds.size === this.player.buffers.size) return;
    if (wasPlaying) this.player.stop(at);
    await this.player.load(sounds, (words) => this.transport.say(words));
    this.transport.say(`${this.renders.length} saves and your clip, in step. Space plays, ↑ and ↓ switch.`);
    if (!sounds.has(this.player.heard)) this.player.hear(this.renders.at(-1).id);
    if (wasPlaying) await this.player.play();
    this.update();
  }

  hear(id) {
    this.player.hear(id);
  }

  update() {
    this.transport.update();
    if (this.state && this.renders.length) this.markPlaying();
  }

  markPlaying() {
    const rows = this.takes.querySelectorAll("tr");
    const isBlind = this.blind.isOn;
    if (this.blindShown !== isBlind) return this.drawTakes();
    for (const row of rows) row.classList.toggle("playing", !isBlind && row.dataset.id !== undefined && row.dataset.id === this.player.heard);
    rows[1]?.classList.toggle("playing", !isBlind && this.player.heard === this.clip);
  }

  // Rows are not made anew while someone writes a note in one.
  drawTakes() {
    this.isStale = this.takes.contains(document.activeElement) && document.activeElement.tagName === "TEXTAREA";
    if (this.isStale) return;
    this.blindShown = this.blind.isOn;
    fill(this.takes, takesTable(this, this.validation));
  }

  markOf({ epoch, step }) {
    return this.state.marks.find((mark) => mark.epoch === epoch && mark.step === step) ?? { epoch, step, stars: 0, note: "" };
  }

  async mark(render, change) {
    const { epoch, step, stars, note } = { ...this.markOf(render), ...change };
    await this.attempt(async () => this.accept(await send("PUT", runUrl(this.run, "audition/mark"), { epoch, step, stars, note })));
  }

  async pick(render) {
    await this.attempt(async () => {
      this.said.className = "good";
      this.said.textContent = (await send("POST", runUrl(this.run, "audition/pick"), { epoch: render.epoch, step: render.step })).said;
    });
  }

  /** The marks and votes as the board has them now. */
  accept({ marks, votes }) {
    Object.assign(this.state, { marks, votes });
    this.drawTakes();
  }

  async attempt(act) {
    try {
      await act();
    } catch (failure) {
      this.said.className = "bad";
      this.said.textContent = failure.message;
    }
  }

  key(event) {
    if (/^(input|textarea|select)$/i.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey || !this.renders.length) return;
    // A button that was come to by keys is pressed by Space, as everywhere.
    if (event.key === " " && event.target.matches("button:focus-visible, summary:focus-visible")) return;
    const which = { a: 0, b: 1 }[event.key];
    if (event.key === " ") this.transport.toggle();
    else if (this.blind.isOn && which !== undefined) this.blind.hear(which);
    else if (!this.blind.isOn && (event.key === "ArrowDown" || event.key === "ArrowUp")) this.neighbour(event.key === "ArrowDown" ? 1 : -1);
    else return;
    event.preventDefault();
  }

  neighbour(way) {
    const order = [this.clip, ...this.renders.map((render) => render.id)], at = order.indexOf(this.player.heard);
    this.hear(order[(at + way + order.length) % order.length]);
  }

  close() {
    document.removeEventListener("keydown", this.onkey);
    this.transport.close();
    this.player.close();
  }
}
