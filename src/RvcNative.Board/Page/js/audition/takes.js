// The table of saves: what to hear, what one thinks of it, what validation and blind votes say.

import { el } from "../dom.js";
import { fixed, spread, whole } from "../format.js";
import { figure, measures, setName } from "../records/validation.js";
import { tally } from "./blind.js";

const mostStars = 5;

/** @param view the audition; @param validation the content of validation.json, or null */
export function takesTable(view, validation) {
  const votes = tally(view.state.votes), set = validation?.saves?.find((save) => save.sets?.length)?.sets[0].set;
  const columns = set ? Object.entries(measures) : [];
  const clip = view.state.clips.find((each) => each.id === view.clip);
  return el("div", { class: "table-frame" }, el("table", { class: "records takes" },
    el("tr", {}, el("th", {}, "hear"), el("th", { class: "number" }, "step"), el("th", {}, "stars"), el("th", {}, "note"), el("th", { title: "Won : lost : no difference, in blind comparisons" }, "blind"),
      ...columns.map(([, { short, explained }]) => el("th", { class: "number", title: `${explained} (${setName(set)})` }, short)), el("th")),
    el("tr", { class: playing(view, clip.id) }, el("td", {}, take(view, clip.id, "your clip")), el("td", { class: "quiet", colspan: 5 + columns.length }, clip.name)),
    ...view.renders.map((render) => row(view, render, votes.get(view.saveName(render)), columns, set, validation))));
}

function row(view, render, votes, columns, set, validation) {
  const save = validation?.saves?.find((each) => each.epoch === render.epoch && each.step === render.step), figures = save?.sets?.find((each) => each.set === set);
  const mark = view.markOf(render);
  const isThere = view.state.saves.some((each) => each.epoch === render.epoch && each.step === render.step);
  return el("tr", { class: playing(view, render.id), "data-id": render.id },
    el("td", {}, take(view, render.id, `epoch ${render.epoch}${save?.best ? " (best)" : ""}`)), el("td", { class: "number" }, whole(render.step)),
    el("td", {}, stars(mark.stars, (count) => view.mark(render, { stars: count }))),
    el("td", {}, el("textarea", { rows: 1, "aria-label": `note on epoch ${render.epoch}`, value: mark.note, placeholder: "note", onchange: (event) => view.mark(render, { note: event.target.value }) })),
    el("td", {}, view.blind.isOn && !view.blind.reveals ? "hidden" : votes ? `${votes.wins} : ${votes.losses} : ${votes.ties}` : "–"),
    ...columns.map(([key, { digits }]) => {
      const found = figure(figures?.[key]);
      return el("td", { class: "number", title: found ? spread(found, digits) : undefined }, fixed(found?.mean, digits));
    }),
    el("td", {}, el("button", { type: "button", disabled: !isThere, title: isThere ? "Copy this save to NAME.pth; the voice there is kept aside" : "Its voice file is gone", onclick: () => view.pick(render) }, "use this save")));
}

function take(view, id, label) {
  return el("button", { type: "button", class: "take", disabled: view.blind.isOn, onclick: () => view.hear(id) }, label);
}

// In a blind test the table must not tell what is heard.
function playing(view, id) {
  return view.player.heard === id && !view.blind.isOn ? "playing" : undefined;
}

function stars(count, onchoose) {
  return el("span", { class: "stars" }, ...Array.from({ length: mostStars }, (_, i) => el("button", {
    type: "button", class: i < count ? "lit" : undefined, "aria-label": `${i + 1} of ${mostStars} stars`, onclick: () => onchoose(i + 1 === count ? 0 : i + 1),
  }, "★")));
}
