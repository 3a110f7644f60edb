// The runs there are, which are shown, and in which colour.

import { getJson, runUrl } from "./api.js";
import { el, fill } from "./dom.js";
import { ago } from "./format.js";
import { keep, settings } from "./settings.js";

const colours = 8, mostAtFirst = 3;

export class RunList {
  constructor(container, onchange) {
    this.container = container;
    this.onchange = onchange;
    this.all = [];
    this.logs = "";
    this.places = new Map();
    this.listings = new Map();
  }

  /** Names of the runs that are shown, in the order of the list. */
  get shown() {
    return this.all.filter((run) => this.places.has(run.name)).map((run) => run.name);
  }

  /** What to say where no run is shown. */
  get whyNone() {
    return this.all.length ? "Choose a run on the left." : `No run yet: rvcnative train --name NAME makes one in ${this.logs}.`;
  }

  /** The CSS variable of a run's colour. */
  colourOf(name) {
    return `--run-${(this.places.get(name) ?? 0) % colours}`;
  }

  async load() {
    this.listings.clear();
    const answer = await getJson("/api/runs");
    const isFirst = this.all.length === 0;
    this.all = this.inKnownOrder(answer.runs);
    this.logs = answer.logs;
    this.exists = answer.logs_exist;
    const names = new Set(this.all.map((run) => run.name));
    for (const name of [...this.places.keys()]) if (!names.has(name)) this.places.delete(name);
    if (isFirst) {
      const kept = (settings.selected ?? []).filter((name) => names.has(name));
      const first = kept.length ? kept : this.all.filter((run) => run.has_events).slice(0, mostAtFirst).map((run) => run.name);
      for (const name of first) this.show(name);
    }
    this.draw();
  }

  /** What a run's event files hold, { curves, media, problems }, asked for once between two loads. */
  listing(name) {
    if (!this.listings.has(name)) this.listings.set(name, getJson(runUrl(name, "curves")));
    return this.listings.get(name);
  }

  // Rows stay where they are while runs take turns in being the newest; a run that is new comes first.
  inKnownOrder(found) {
    const known = new Map(this.all.map((run, place) => [run.name, place]));
    return found.toSorted((a, b) => (known.get(a.name) ?? -1) - (known.get(b.name) ?? -1));
  }

  show(name) {
    const taken = new Set(this.places.values());
    let place = 0;
    while (taken.has(place)) place++;
    this.places.set(name, place);
  }

  toggle(name) {
    if (!this.places.delete(name)) this.show(name);
    keep({ selected: [...this.places.keys()] });
    this.draw();
    this.onchange();
  }

  draw() {
    const rows = this.all.map((run) => {
      const swatch = el("span", { class: "swatch" });
      if (this.places.has(run.name)) swatch.style.background = `var(${this.colourOf(run.name)})`;
      return el("label", { class: "run", title: run.has_events ? run.name : `${run.name}: no event files yet` },
        el("input", { type: "checkbox", checked: this.places.has(run.name), onchange: () => this.toggle(run.name) }),
        swatch, el("span", { class: "name" }, run.name), el("time", { datetime: run.modified }, ago(run.modified)));
    });
    const none = this.exists === false ? "This folder does not exist yet." : "No run yet.";
    fill(this.container, el("h3", {}, "Runs"), ...(rows.length ? rows : [el("p", { class: "quiet" }, none)]), el("div", { class: "where" }, this.logs));
  }
}
