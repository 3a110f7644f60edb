// Views that show one file of each run: read anew each time, drawn only when something changed.

import { getRecord } from "../api.js";
import { el, empty, fill } from "../dom.js";

export class RecordView {
  /** @param names of the records; @param draw (run, records) => element */
  constructor(place, runs, names, draw) {
    Object.assign(this, { place, runs, names, draw, seen: "" });
  }

  async refresh() {
    const shown = this.runs.shown;
    const records = await Promise.all(shown.map((run) => Promise.all(this.names.map((name) => getRecord(run, name)))));
    const seen = JSON.stringify([shown, records]);
    if (seen === this.seen) return;
    this.seen = seen;
    fill(this.place, ...(shown.length ? shown.map((run, i) => this.draw(run, ...records[i])) : [empty(this.runs.whyNone)]));
  }
}

export function heading(runs, run) {
  const swatch = el("span", { class: "swatch" });
  swatch.style.background = `var(${runs.colourOf(run)})`;
  return el("h2", {}, swatch, ` ${run}`);
}

/** Says plainly that a file is not there or cannot be read; null when there is something to show. */
export function absence(record, why) {
  if (record.problem) return el("p", { class: "bad" }, record.problem);
  return record.present ? null : el("p", { class: "quiet" }, `There is no ${record.file}: ${why}`);
}
