// The data ledger: what became of every second.

import { el } from "../dom.js";
import { duration, number, words } from "../format.js";
import { absence, heading, RecordView } from "./record-view.js";

const mostFiles = 500;

export class LedgerView extends RecordView {
  constructor(place, runs) {
    super(place, runs, ["dataset"], (run, record) => el("section", { class: "card" }, heading(runs, run),
      absence(record, "`rvcnative preprocess` writes it; data that mainline or Applio prepared has none.") ?? ledger(record.content)));
  }
}

function ledger(content) {
  const files = Array.isArray(content.files) ? content.files.map(sums) : [], totals = totalsOf(content, files);
  return el("div", {},
    el("p", {}, `${files.length} files, ${duration(totals.input)} in all: ${duration(totals.train)} to train on, ${duration(totals.heldOut)} held out for validation, ${duration(totals.dropped)} dropped.`
      + (content.complete === false ? " The stage that cuts has not come to its end yet." : "")),
    content.note ? el("p", { class: "quiet" }, content.note) : null,
    shares(totals),
    content.settings ? el("p", { class: "quiet" }, `Settings: ${Object.entries(content.settings).map(([name, value]) => `${words(name)} ${value}`).join(", ")}`) : null,
    table(content, files));
}

// Counted in samples, so that what is equal is told in equal seconds.
function sums(file) {
  const samples = { train: 0, heldOut: 0 }, dropped = {};
  const drop = (reason, count) => (dropped[reason] = (dropped[reason] ?? 0) + count);
  for (const slice of file.slices ?? []) {
    if (slice.use === "left_out") drop(slice.reason ?? "left_out", slice.samples);
    else samples[slice.use === "held_out" ? "heldOut" : "train"] += slice.samples;
  }
  for (const each of file.dropped ?? []) drop(each.reason, each.samples);
  const seconds = (count) => (file.sample_rate_hz ? count / file.sample_rate_hz : 0);
  return {
    file, seconds: seconds(file.samples ?? 0), train: seconds(samples.train), heldOut: seconds(samples.heldOut), slices: file.slices?.length ?? 0,
    reasons: Object.fromEntries(Object.entries(dropped).map(([reason, count]) => [reason, seconds(count)])),
  };
}

function totalsOf(content, files) {
  const reasons = {};
  if (content.totals) Object.assign(reasons, content.totals.dropped);
  else for (const file of files) for (const [reason, seconds] of Object.entries(file.reasons)) reasons[reason] = (reasons[reason] ?? 0) + seconds;
  const add = (pick) => files.reduce((sum, file) => sum + pick(file), 0);
  return {
    input: content.totals?.input_seconds ?? add((file) => file.seconds),
    train: content.totals?.train_seconds ?? add((file) => file.train),
    heldOut: content.totals?.held_out_seconds ?? add((file) => file.heldOut),
    dropped: Object.values(reasons).reduce((sum, seconds) => sum + seconds, 0),
    reasons,
  };
}

function shares(totals) {
  const parts = [["train", totals.train, "--run-2"], ["held out", totals.heldOut, "--run-0"],
    ...Object.entries(totals.reasons).map(([reason, seconds], i) => [`dropped: ${words(reason)}`, seconds, `--run-${[1, 4, 5, 3, 6, 7][i % 6]}`])].filter(([, seconds]) => seconds > 0);
  const coloured = (tag, colour, properties = {}, ...children) => {
    const node = el(tag, properties, ...children);
    node.style.background = `var(${colour})`;
    return node;
  };
  return el("div", {},
    el("div", { class: "share" }, ...parts.map(([name, seconds, colour]) => {
      const part = coloured("span", colour, { title: `${name}: ${duration(seconds)}` });
      part.style.flexGrow = seconds;
      return part;
    })),
    el("div", { class: "legend" }, ...parts.map(([name, seconds, colour]) =>
      el("span", {}, coloured("span", colour, { class: "swatch" }), `${name} ${duration(seconds)} (${(100 * seconds / (totals.input || 1)).toFixed(1)}%)`))));
}

function table(content, files) {
  const names = new Map((content.speakers ?? []).map((speaker) => [speaker.id, speaker.name]));
  const rows = files.slice(0, mostFiles).map(({ file, seconds, train, heldOut, slices, reasons }) => el("tr", {},
    el("td", { class: "words" }, file.file), el("td", {}, names.get(file.speaker) ?? String(file.speaker ?? 0)), cell(duration(seconds)), cell(slices), cell(duration(train)), cell(duration(heldOut)),
    el("td", { class: "words" }, Object.entries(reasons).map(([reason, dropped]) => `${words(reason)} ${duration(dropped)}`).join(", ") || "–"),
    cell(number(file.peak)), cell(`${(100 * (file.clipped_share ?? 0)).toFixed(2)}%`),
    el("td", { class: "words" }, file.message ?? (file.reason ? words(file.reason) : ""))));
  return el("div", { class: "table-frame" },
    el("table", { class: "records" }, el("tr", {}, ...["file", "speaker"].map((name) => el("th", {}, name)), ...["length", "slices", "train", "held out"].map((name) => el("th", { class: "number" }, name)),
      el("th", {}, "dropped"), el("th", { class: "number" }, "peak"), el("th", { class: "number" }, "clipped"), el("th", {}, "remark")), ...rows),
    files.length > mostFiles ? el("p", { class: "quiet" }, `and ${files.length - mostFiles} files more, in dataset.json`) : null);
}

function cell(text) {
  return el("td", { class: "number" }, String(text));
}
