// How the spectrograms of two saves differ.

import { runUrl } from "../api.js";
import { el, fill, select } from "../dom.js";

export class DifferencePanel {
  constructor(view) {
    this.view = view;
    this.element = el("section", { class: "card" });
  }

  draw() {
    const { renders, run, saveLabel } = this.view;
    const has = (id) => renders.some((render) => render.id === id);
    if (!has(this.first)) this.first = renders[0]?.id;
    if (!has(this.second)) this.second = renders.at(-1)?.id;
    if (renders.length < 2) return fill(this.element, el("h2", {}, "Difference of two saves"), el("p", { class: "quiet" }, "Wants two rendered saves."));
    const options = renders.map((render) => ({ value: render.id, label: saveLabel(render) }));
    const choose = (which) => (id) => {
      this[which] = id;
      this.draw();
    };
    const names = [this.first, this.second].map((id) => options.find((option) => option.value === id).label);
    const picture = el("img", { alt: `Difference of ${names[0]} and ${names[1]}`, src: runUrl(run, "audition/difference", { a: this.first, b: this.second }) });
    fill(this.element, el("h2", {}, "Difference of two saves"),
      el("div", { class: "transport" }, select(options, this.first, choose("first")), "against", select(options, this.second, choose("second"))),
      el("div", { class: "scope plain" }, picture),
      el("div", { class: "difference-scale" }),
      el("div", { class: "difference-labels" }, el("span", {}, `20 dB louder in ${names[0]}`), el("span", {}, "alike"), el("span", {}, `20 dB louder in ${names[1]}`)));
  }
}
