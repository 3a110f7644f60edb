// config.json and manifest.json of the runs, side by side; what differs is marked.

import { getRecord } from "../api.js";
import { checkbox, el, empty, fill } from "../dom.js";
import { absence } from "./record-view.js";

const mostListed = 20;
const files = { manifest: "`rvcnative train` writes it; runs of others have none.", config: "`rvcnative extract`, or mainline, writes it." };

export class SettingsView {
  constructor(place, runs) {
    Object.assign(this, { place, runs, onlyDifferences: false, seen: "" });
  }

  async refresh() {
    const shown = this.runs.shown;
    const records = await Promise.all(Object.keys(files).map(async (name) => [name, await Promise.all(shown.map((run) => getRecord(run, name)))]));
    const seen = JSON.stringify([shown, records, this.onlyDifferences]);
    if (seen === this.seen) return;
    this.seen = seen;
    if (!shown.length) return fill(this.place, empty(this.runs.whyNone));
    fill(this.place,
      shown.length > 1 ? el("div", { class: "toolbar" }, checkbox("only what differs", this.onlyDifferences, (only) => {
        this.onlyDifferences = only;
        this.refresh();
      })) : null,
      ...records.map(([name, each]) => el("section", { class: "card" }, el("h2", {}, `${name}.json`), this.table(shown, each, files[name]))));
  }

  table(shown, records, why) {
    const present = records.map((record) => (record.content ? flat(record.content) : new Map()));
    const keys = [...new Set(present.flatMap((each) => [...each.keys()]))];
    const rows = keys.map((key) => [key, present.map((each) => each.get(key))]).map(([key, values]) => ({ key, values, differs: new Set(values).size > 1 }));
    const missing = records.map((record, i) => [shown[i], absence(record, why)]).filter(([, words]) => words);
    return el("div", { class: "table-frame" },
      ...missing.map(([run, words]) => el("div", {}, el("strong", {}, run), words)),
      keys.length ? el("table", { class: "records" }, el("tr", {}, el("th", {}, "setting"), ...shown.map((run) => el("th", {}, run))),
        ...rows.filter((row) => row.differs || !this.onlyDifferences).map((row) => el("tr", { class: row.differs && shown.length > 1 ? "differs" : undefined },
          el("td", {}, el("code", {}, row.key)), ...row.values.map((value) => el("td", { class: "words" }, value === undefined ? "–" : value))))) : null);
  }
}

// Lists of plain values are one value, all else is taken apart: a.b.c. So is a text that is JSON itself, as the manifest's copy of config.json. A long list, as
// of the data's hashes, is told by its length and a checksum.
function flat(value, path = "", into = new Map()) {
  if (typeof value === "string" && value.startsWith("{")) return flat(parsed(value), path, into);
  const isPlain = (each) => each === null || typeof each !== "object";
  if (isPlain(value) || (Array.isArray(value) && value.flat().every(isPlain))) into.set(path, isPlain(value) ? String(value) : JSON.stringify(value));
  else if (Array.isArray(value) && value.length > mostListed) into.set(path, `${value.length} entries, checksum ${checksum(JSON.stringify(value))}`);
  else for (const [key, each] of Object.entries(value)) flat(each, path ? `${path}.${key}` : key, into);
  return into;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return ` ${text}`;
  }
}

// FNV-1a, 32 bits.
function checksum(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
