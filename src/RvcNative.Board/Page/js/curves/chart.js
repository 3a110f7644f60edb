// One tag as a card: its curves side by side, with zoom, crosshair and full screen.

import { el } from "../dom.js";
import { Hover } from "./hover.js";
import { layout, paintCurve, paintFrame, prepare } from "./painter.js";
import { picturesOf } from "./pictures.js";
import { rangeOf } from "./scale.js";

const rawOpacity = 0.28, columnStride = 256;

export class Chart {
  /** @param member { source, tag }; @param how () => { weight, ignoreOutliers, centred, logarithmic, relativeTime }; @param runs for colours; @param redraw (chart) asks for a drawing */
  constructor(member, title, how, runs, redraw) {
    Object.assign(this, { member, how, runs, redraw, told: new Map(), pictures: [], zoom: null, at: null, isInSight: false, has: "" });
    this.under = el("canvas");
    this.over = el("canvas", { class: "over", tabindex: 0, role: "application", "aria-label": `${title}: arrows move the crosshair, + and - zoom, 0 shows all` });
    this.plot = el("div", { class: "plot" }, this.under, this.over);
    this.note = el("div", { class: "note" });
    this.reset = el("button", { type: "button", title: "Back to all of it (or double-click)", onclick: () => this.zoomTo(null), disabled: true }, "all");
    this.element = el("section", { class: "chart" },
      el("div", { class: "head" }, el("h3", {}, title), this.reset,
        el("button", { type: "button", class: "full", title: "Full screen (Esc leaves it)", "aria-label": "full screen", onclick: () => this.expand() })),
      this.plot, this.note);
    new Hover(this);
    this.resized = new ResizeObserver(() => this.stretch());
    this.resized.observe(this.plot);
    this.escape = (event) => event.key === "Escape" && this.element.classList.contains("expanded") && this.expand();
    document.addEventListener("keydown", this.escape);
  }

  expand() {
    this.element.classList.toggle("expanded");
  }

  zoomTo(range) {
    this.zoom = range && range[1] > range[0] ? range : null;
    this.reset.disabled = !this.zoom;
    this.stretch();
  }

  // At once with the columns that are here, then with those of the new stretch or size.
  stretch() {
    if (this.pictures.length) this.draw();
    this.redraw(this);
  }

  /** What the drawing is made of, in one text that changes with it. */
  get wanted() {
    return JSON.stringify([this.window(), ...this.told]);
  }

  /** Gets what the drawing wants and is not here. One call at a time. */
  async load() {
    const wanted = this.wanted;
    if (wanted === this.has) return;
    this.pictures = await picturesOf(this.member, [...this.told.keys()], this.window());
    this.has = wanted;
  }

  // Columns in steps, so that not every change of the window's width asks for others.
  window() {
    const { weight, logarithmic, relativeTime } = this.how();
    return {
      columns: columnStride * Math.max(1, Math.ceil(this.plot.clientWidth / columnStride)), weight, axis: relativeTime ? "hours" : "steps", positive: logarithmic ? 1 : 0,
      ...(this.zoom ? { from: this.zoom[0], to: this.zoom[1] } : {}),
    };
  }

  /** @returns how many points the drawing stands for, and the milliseconds that it took. */
  draw() {
    const started = performance.now(), how = this.how(), curves = this.pictures.filter((picture) => picture.steps.length > 0);
    const { context, width, height } = prepare(this.under);
    if (width < 80 || height < 60) return { points: 0, ms: 0 };
    const css = getComputedStyle(document.documentElement);
    this.at = layout(width, height, this.zoom ?? wholeOf(curves), rangeOf(curves, how), how.logarithmic);
    this.curves = curves;
    paintFrame(context, this.at, { axis: css.getPropertyValue("--axis"), grid: css.getPropertyValue("--grid") });
    for (const curve of curves) {
      curve.colour = css.getPropertyValue(this.runs.colourOf(curve.run));
      if (how.weight > 0) paintCurve(context, this.at, curve.xs, curve.values, curve.colour, rawOpacity, 1);
    }
    for (const curve of curves) paintCurve(context, this.at, curve.xs, curve.smoothed, curve.colour, 1, 1.6);
    this.note.textContent = noteOf(this.pictures);
    return { points: curves.reduce((sum, curve) => sum + curve.points, 0), ms: performance.now() - started };
  }

  close() {
    this.resized.disconnect();
    document.removeEventListener("keydown", this.escape);
  }
}

function wholeOf(curves) {
  if (!curves.length) return [0, 1];
  const range = [Math.min(...curves.map((curve) => curve.ends[0])), Math.max(...curves.map((curve) => curve.ends[1]))];
  return range[1] > range[0] ? range : [range[0] - 1, range[0] + 1];
}

function noteOf(pictures) {
  const sum = (key) => pictures.reduce((all, picture) => all + picture[key], 0), words = [];
  if (sum("notFinite")) words.push(`${sum("notFinite")} values that are not finite`);
  if (sum("hidden")) words.push(`${sum("hidden")} values at or below 0 have no place on a logarithmic axis`);
  return words.join("; ");
}
