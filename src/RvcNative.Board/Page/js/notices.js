// Warnings of the runs that are shown, and what of their files could not be read.

import { getRecord } from "./api.js";
import { el, fill } from "./dom.js";
import { whole } from "./format.js";

export async function showNotices(container, runs) {
  const open = new Set([...container.querySelectorAll("details[open]")].map((each) => each.dataset.run));
  const notices = await Promise.all(runs.shown.map((run) => noticeOf(runs, run, open.has(run))));
  fill(container, ...notices);
}

async function noticeOf(runs, run, isOpen) {
  const [record, events] = await Promise.all([getRecord(run, "warnings"), runs.listing(run)]);
  const lines = [];
  if (record.problem) lines.push(record.problem);
  for (const warning of Array.isArray(record.content) ? record.content : []) {
    const at = [warning.epoch === undefined ? null : `epoch ${whole(warning.epoch)}`, warning.step === undefined ? null : `step ${whole(warning.step)}`].filter(Boolean);
    lines.push(`${warning.text ?? warning.kind}${at.length ? ` (${at.join(", ")})` : ""}`);
  }
  lines.push(...events.problems);
  if (!lines.length) return null;
  return el("details", { class: "notice", "data-run": run, open: isOpen },
    el("summary", {}, `${run}: ${lines.length === 1 ? lines[0] : `${lines.length} warnings, the last: ${lines.at(-1)}`}`),
    el("ul", {}, ...lines.map((line) => el("li", {}, line))));
}
