// Mel images and sounds of the event files, with a slider over steps.

import { getJson, runUrl } from "./api.js";
import { el, empty, fill } from "./dom.js";
import { epochsOf } from "./epochs.js";
import { whole } from "./format.js";

export class MediaView {
  constructor(place, runs) {
    Object.assign(this, { runs, cards: new Map() });
    this.list = el("div");
    fill(place, this.list);
  }

  async refresh() {
    const shown = this.runs.shown, tags = new Map(), epochs = new Map();
    await Promise.all(shown.map(async (run) => {
      const { media, curves } = await this.runs.listing(run);
      if (media.length) epochs.set(run, await epochsOf(run, curves));
      for (const each of media) {
        const key = `${each.kind}|${each.source}|${each.tag}`;
        if (!tags.has(key)) tags.set(key, { ...each, runs: [] });
        tags.get(key).runs.push(run);
      }
    }));
    for (const key of this.cards.keys()) if (!tags.has(key)) this.cards.delete(key);
    for (const [key, tag] of [...tags].sort(([a], [b]) => a.localeCompare(b))) {
      if (!this.cards.has(key)) this.cards.set(key, new MediaCard(tag, this.runs));
      await this.cards.get(key).update(tag.runs.sort((a, b) => shown.indexOf(a) - shown.indexOf(b)), epochs);
    }
    const elements = [...this.cards.values()].map((card) => card.element);
    const children = elements.length ? elements : [empty(shown.length ? "These runs have no images or sounds yet." : this.runs.whyNone)];
    if (children.length !== this.list.children.length || children.some((child, i) => child !== this.list.children[i])) fill(this.list, ...children);
  }
}

/** One tag: a picture or player for every run, all at the same step. */
class MediaCard {
  constructor(tag, runs) {
    Object.assign(this, { tag, runs, rows: new Map(), steps: [] });
    this.range = el("input", { type: "range", min: 0, max: 0, value: "0", "aria-label": "step", oninput: () => this.show() });
    this.said = el("output");
    this.body = el("div");
    this.element = el("section", { class: "card" }, el("h3", {}, tag.source ? `${tag.tag}  ·  ${tag.source}` : tag.tag),
      el("div", { class: "media-steps" }, this.range, this.said), this.body);
  }

  async update(names, epochs) {
    const parameters = { source: this.tag.source, tag: this.tag.tag };
    const lists = await Promise.all(names.map((run) => getJson(runUrl(run, "media", parameters))));
    this.epochs = epochs;
    this.lists = new Map(names.map((run, i) => [run, lists[i].steps]));
    const steps = [...new Set(lists.flatMap((list) => list.steps))].sort((a, b) => a - b);
    const wasLast = Number(this.range.value) >= this.steps.length - 1, step = this.steps[this.range.value];
    this.steps = steps;
    this.range.max = Math.max(0, steps.length - 1);
    this.range.value = wasLast ? steps.length - 1 : Math.max(0, steps.indexOf(step));
    for (const run of this.rows.keys()) if (!this.lists.has(run)) this.rows.delete(run);
    for (const run of names) if (!this.rows.has(run)) this.rows.set(run, this.rowOf(run));
    fill(this.body, ...names.map((run) => this.rows.get(run).element));
    this.show();
  }

  rowOf(run) {
    const media = this.tag.kind === "image" ? el("img", { alt: `${this.tag.tag} of ${run}` }) : el("audio", { controls: true, preload: "none" });
    const swatch = el("span", { class: "swatch" }), at = el("span", { class: "quiet" });
    swatch.style.background = `var(${this.runs.colourOf(run)})`;
    return { media, at, element: el("div", { class: "media-row" }, el("div", {}, swatch, ` ${run} `, at), media) };
  }

  // A run without this step shows its last one before it.
  show() {
    const step = this.steps[this.range.value];
    this.said.textContent = step === undefined ? "" : `step ${whole(step)}`;
    for (const [run, { media, at }] of this.rows) {
      const own = this.lists.get(run).filter((each) => each <= step).at(-1);
      at.textContent = own === undefined ? "nothing yet at this step" : `${own === step ? "" : `its step ${whole(own)} `}${this.epochs.get(run)(own)}`;
      const url = own === undefined ? "" : runUrl(run, "media/item", { source: this.tag.source, tag: this.tag.tag, step: own });
      if (media.dataset.url === url) continue;
      media.dataset.url = url;
      if (url) media.src = url;
      else media.removeAttribute("src");
    }
  }
}
