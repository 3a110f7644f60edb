// Blind comparison: two saves under the names A and B, drawn and shuffled anew each round; which is which is said only when asked.

import { send, runUrl } from "../api.js";
import { checkbox, el, fill } from "../dom.js";

export class BlindPanel {
  /** @param view { run, clip, renders, player, state, saveName, accept, attempt } */
  constructor(view) {
    Object.assign(this, { view, pair: null, isOn: false, reveals: false });
    this.element = el("section", { class: "card" });
    this.draw();
  }

  start() {
    const saves = this.view.renders;
    if (saves.length < 2) return;
    const first = Math.floor(Math.random() * saves.length), step = 1 + Math.floor(Math.random() * (saves.length - 1));
    this.pair = [saves[first], saves[(first + step) % saves.length]];
    this.isOn = true;
    this.heard = 0;
    this.view.player.hear(this.pair[0].id);
    this.view.update();
    this.draw();
  }

  end() {
    this.isOn = false;
    this.pair = null;
    this.view.update();
    this.draw();
  }

  hear(which) {
    this.heard = which;
    this.view.player.hear(this.pair[which].id);
    this.draw();
  }

  async vote(chosen) {
    const names = this.pair.map(this.view.saveName), { run, clip } = this.view;
    await this.view.attempt(async () => {
      this.view.accept(await send("POST", runUrl(run, "audition/vote"), { clip, first: names[0], second: names[1], chosen: chosen === null ? null : names[chosen] }));
      this.start();
    });
  }

  draw() {
    const rounds = this.view.state?.votes?.length ?? 0, { renders } = this.view;
    fill(this.element, el("h2", {}, "Blind A/B"),
      el("p", { class: "quiet" }, `Two saves of this clip, their names shuffled each round. ${rounds} votes so far; the tally stands in the table${this.isOn && !this.reveals ? " when you end the test" : ""}.`),
      this.isOn ? el("div", { class: "blind" },
        ...["A", "B"].map((letter, i) => el("button", { type: "button", class: `letter${this.heard === i ? " heard" : ""}`, title: `Key ${letter.toLowerCase()}`, onclick: () => this.hear(i) }, letter)),
        el("button", { type: "button", onclick: () => this.vote(0) }, "A is better"),
        el("button", { type: "button", onclick: () => this.vote(1) }, "B is better"),
        el("button", { type: "button", onclick: () => this.vote(null) }, "no difference"),
        checkbox("show names", this.reveals, (reveals) => {
          this.reveals = reveals;
          this.draw();
        }),
        this.reveals ? el("span", {}, `A is ${this.view.saveName(this.pair[0])}, B is ${this.view.saveName(this.pair[1])}`) : null,
        el("button", { type: "button", onclick: () => this.end() }, "end the test"))
        : el("button", { type: "button", class: "primary", disabled: renders.length < 2, onclick: () => this.start() }, renders.length < 2 ? "wants two rendered saves" : "start"));
  }
}

/** Wins, losses and ties of every save by name. */
export function tally(votes) {
  const found = new Map();
  const of = (name) => found.get(name) ?? found.set(name, { wins: 0, losses: 0, ties: 0 }).get(name);
  for (const { first, second, chosen } of votes) {
    if (chosen === null) {
      of(first).ties++;
      of(second).ties++;
    } else {
      of(chosen).wins++;
      of(chosen === first ? second : first).losses++;
    }
  }
  return found;
}
