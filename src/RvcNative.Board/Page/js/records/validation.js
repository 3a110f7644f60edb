// Validation on what was not trained on: a trend with its spread, no verdict.

import { el, empty, fill } from "../dom.js";
import { spread, whole, words } from "../format.js";
import { getRecord } from "../api.js";
import { absence } from "./record-view.js";
import { SpreadChart } from "./spread-chart.js";

/** title, short: where there is little room, explained, digits after the point. */
export const measures = {
  mel_l1: { title: "mel L1", short: "mel", explained: "Mean difference of log-mel frames", digits: 3 },
  stft: { title: "STFT distance", short: "STFT", explained: "Multi-resolution STFT distance", digits: 3 },
  f0_cents: { title: "pitch error, cents", short: "cents", explained: "Pitch error in cents, of frames that are voiced in both", digits: 0 },
  vuv: { title: "voiced/unvoiced error", short: "voicing", explained: "Share of frames that are voiced in one and not in the other", digits: 3 },
};

/** What is measured on, in words. */
export function setName(set) {
  return set === "foreign" ? "foreign clip" : words(set);
}

export class ValidationView {
  constructor(place, runs) {
    Object.assign(this, { place, runs, seen: "", charts: [] });
  }

  async refresh() {
    const shown = this.runs.shown;
    const records = await Promise.all(shown.map((run) => getRecord(run, "validation")));
    const seen = JSON.stringify([shown, records]);
    if (seen === this.seen) return;
    this.seen = seen;
    this.close();
    this.charts = [];
    const missing = records.map((record, i) => [shown[i], absence(record, "no recording is held out, or no save was made yet (`rvcnative train --validation`).")]).filter(([, absent]) => absent);
    const present = records.map((record, i) => ({ run: shown[i], content: record.content })).filter((each) => each.content?.saves?.length);
    const sets = [...new Set(present.flatMap(({ content }) => content.saves.flatMap((save) => (save.sets ?? []).map((set) => set.set))))];
    fill(this.place, shown.length ? null : empty(this.runs.whyNone),
      ...missing.map(([run, absent]) => el("section", { class: "card" }, el("strong", {}, run), absent)),
      ...sets.map((set) => this.setElement(set, present)),
      ...present.map(({ run, content }) => table(run, content)));
    for (const chart of this.charts) chart.draw();
  }

  setElement(set, present) {
    const cards = Object.entries(measures).map(([key, measure]) => {
      const lines = present.map(({ run, content }) => ({ colour: this.runs.colourOf(run), name: run, points: pointsOf(content, set, key) })).filter((line) => line.points.length);
      if (!lines.length) return null;
      const chart = new SpreadChart(measure, lines);
      this.charts.push(chart);
      return chart.element;
    });
    return el("section", {}, el("h2", {}, setName(set)), el("p", { class: "quiet" }, "Mean over clips, the band is one standard deviation each way; lower is better. Ears decide: see Audition."),
      el("div", { class: "charts" }, ...cards));
  }

  restyle() {
    for (const chart of this.charts) chart.draw();
  }

  close() {
    for (const chart of this.charts) chart.close();
  }
}

/** A figure as { mean, sd }, whichever way it is written; null where there is none. */
export function figure(value) {
  if (typeof value === "number") return { mean: value, sd: 0 };
  return value && Number.isFinite(value.mean) ? { mean: value.mean, sd: value.sd ?? 0 } : null;
}

function pointsOf(content, set, key) {
  return content.saves.map((save) => ({ epoch: save.epoch, ...figure(save.sets?.find((each) => each.set === set)?.[key]) })).filter((point) => point.mean !== undefined);
}

function table(run, content) {
  const rows = content.saves.toReversed().flatMap((save) => (save.sets ?? []).map((set, i) => el("tr", {},
    el("td", { class: "number" }, i ? "" : whole(save.epoch)), el("td", { class: "number" }, i ? "" : whole(save.step)),
    el("td", {}, !i && save.best ? el("strong", { class: "good" }, "best") : ""), el("td", {}, setName(set.set)), el("td", { class: "number" }, String(set.clips ?? "")),
    ...Object.entries(measures).map(([key, { digits }]) => el("td", { class: "number" }, spread(figure(set[key]), digits))))));
  return el("section", { class: "card" }, el("h3", {}, run),
    el("p", { class: "quiet" }, `${(content.held_out ?? []).length} held out. “best” is a label on a kept save; nothing was stopped for it.`),
    el("div", { class: "table-frame" }, el("table", { class: "records" },
      el("tr", {}, el("th", { class: "number" }, "epoch"), el("th", { class: "number" }, "step"), el("th"), el("th", {}, "set"), el("th", { class: "number" }, "clips"),
        ...Object.values(measures).map(({ title, explained }) => el("th", { class: "number", title: explained }, title))), ...rows)));
}
