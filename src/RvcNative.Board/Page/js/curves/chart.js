// One tag as a card: its curves side by side, with zoom, crosshair and full screen.

import { el } from "../dom.js";
import { lowerBound } from "./decimation.js";
import { Hover } from "./hover.js";
import { layout, paintCurve, paintFrame, prepare } from "./painter.js";
import { rangeOf } from "./scale.js";

const rawOpacity = 0.28;

export class Chart {
  /** @param how () => { weight, ignoreOutliers, centred, logarithmic, relativeTime }; @param runs for colours */
  constructor(title, how, runs) {
    Object.assign(this, { title, how, runs, series: [], zoom: null, at: null });
    this.under = el("canvas");
    this.over = el("canvas", { class: "over" });
    this.plot = el("div", { class: "plot" }, this.under, this.over);
    this.note = el("div", { class: "note" });
    this.reset = el("button", { type: "button", title: "Back to all of it (or double-click)", onclick: () => this.zoomTo(null), disabled: true }, "all");
    this.element = el("section", { class: "chart" },
      el("div", { class: "head" }, el("h3", {}, title), this.reset,
        el("button", { type: "button", class: "full", title: "Full screen (Esc leaves it)", "aria-label": "full screen", onclick: () => this.expand() })),
      this.plot, this.note);
    new Hover(this);
    this.resized = new ResizeObserver(() => this.onresize?.());
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
    this.draw();
  }

  /** The curves with the stretch of each that is seen. */
  seen(how) {
    const shown = this.series.filter((series) => series.count > 0).map((series) => ({ series, xs: series.xs(how.relativeTime), smoothed: series.smoothed(how.weight) }));
    const ends = shown.map(({ series, xs }) => [xs[0], xs[series.count - 1]]);
    const whole = ends.length ? [Math.min(...ends.map((end) => end[0])), Math.max(...ends.map((end) => end[1]))] : [0, 1];
    const xRange = this.zoom ?? (whole[1] > whole[0] ? whole : [whole[0] - 1, whole[0] + 1]);
    for (const curve of shown) {
      curve.from = Math.max(0, lowerBound(curve.xs, curve.series.count, xRange[0]) - 1);
      curve.to = Math.min(curve.series.count, lowerBound(curve.xs, curve.series.count, xRange[1]) + 2);
      curve.values = curve.series.values;
    }
    return { shown, xRange };
  }

  /** @returns how many points were looked at, and the milliseconds that it took. */
  draw() {
    const started = performance.now(), how = this.how(), { shown, xRange } = this.seen(how);
    const { context, width, height } = prepare(this.under);
    if (width < 80 || height < 60) return { points: 0, ms: 0 };
    const css = getComputedStyle(document.documentElement), yRange = rangeOf(shown, how);
    this.at = layout(width, height, xRange, yRange, how.logarithmic);
    this.curves = shown;
    paintFrame(context, this.at, { axis: css.getPropertyValue("--axis"), grid: css.getPropertyValue("--grid") });
    for (const curve of shown) {
      curve.colour = css.getPropertyValue(this.runs.colourOf(curve.series.run));
      if (how.weight > 0) paintCurve(context, this.at, { ...curve, ys: curve.values }, curve.colour, rawOpacity, 1);
    }
    for (const curve of shown) paintCurve(context, this.at, { ...curve, ys: curve.smoothed }, curve.colour, 1, 1.6);
    this.note.textContent = noteOf(shown, how);
    return { points: shown.reduce((sum, curve) => sum + curve.to - curve.from, 0), ms: performance.now() - started };
  }

  close() {
    this.resized.disconnect();
    document.removeEventListener("keydown", this.escape);
  }
}

function noteOf(shown, how) {
  const words = [];
  let bad = 0, hidden = 0;
  for (const { values, from, to } of shown) {
    for (let i = from; i < to; i++) {
      if (!Number.isFinite(values[i])) bad++;
      else if (how.logarithmic && values[i] <= 0) hidden++;
    }
  }
  if (bad) words.push(`${bad} values that are not finite`);
  if (hidden) words.push(`${hidden} values at or below 0 have no place on a logarithmic axis`);
  return words.join("; ");
}
