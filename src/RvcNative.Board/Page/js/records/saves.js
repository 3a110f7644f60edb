// The saves of a training and what belongs together.

import { el } from "../dom.js";
import { number, whole, words } from "../format.js";
import { absence, heading, RecordView } from "./record-view.js";

// First the ones that matter; whatever else the file has follows.
const order = ["epoch", "step", "state", "reason", "voice", "generator", "discriminator", "time_utc", "id", "voice_sha256"];

export class SavesView extends RecordView {
  constructor(place, runs) {
    super(place, runs, ["saves"], (run, record) => el("section", { class: "card" }, heading(runs, run),
      absence(record, "`rvcnative train` writes it at its first save.") ?? table(record.content)));
  }
}

function table(content) {
  const saves = (Array.isArray(content) ? content : content.saves ?? []).toReversed();
  if (!saves.length) return el("p", { class: "quiet" }, "No save yet.");
  const keys = [...new Set(saves.flatMap(Object.keys))].sort((a, b) => (order.indexOf(a) + 1 || 99) - (order.indexOf(b) + 1 || 99));
  return el("div", { class: "table-frame" }, el("table", { class: "records" },
    el("tr", {}, ...keys.map((key) => el("th", {}, words(key)))),
    ...saves.map((save) => el("tr", { class: save.state === "bad" ? "differs" : undefined }, ...keys.map((key) => el("td", { title: typeof save[key] === "string" ? save[key] : undefined }, shown(key, save[key])))))));
}

function shown(key, value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "number") return key === "epoch" || key === "step" ? whole(value) : number(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "object") return value.file ?? value.name ?? JSON.stringify(value);
  if (/sha256$|^id$/.test(key)) return `${value.slice(0, 10)}…`;
  if (key === "voice") return value.split("/").at(-1);
  return key === "time_utc" ? new Date(value).toLocaleString() : String(value);
}
