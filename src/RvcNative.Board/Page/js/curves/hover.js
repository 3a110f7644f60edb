// The crosshair with its values, and zoom: drag over a stretch, turn the wheel with Ctrl, double-click for all of it.

import { el, fill } from "../dom.js";
import { duration, number, whole } from "../format.js";
import { lowerBound } from "./decimation.js";
import { dot, prepare } from "./painter.js";

const shortestDrag = 5;

export class Hover {
  constructor(chart) {
    this.chart = chart;
    this.tip = el("div", { class: "tip" });
    this.tip.hidden = true;
    chart.plot.append(this.tip);
    const canvas = chart.over;
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerleave", () => this.leave());
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("dblclick", () => chart.zoomTo(null));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
  }

  down(event) {
    if (event.button !== 0 || event.pointerType === "touch") return;
    this.start = event.offsetX;
    this.chart.over.setPointerCapture(event.pointerId);
  }

  up(event) {
    const { at } = this.chart, start = this.start;
    this.start = undefined;
    if (start === undefined || !at || Math.abs(event.offsetX - start) < shortestDrag) return this.move(event);
    this.chart.zoomTo([at.valueAt(Math.min(start, event.offsetX)), at.valueAt(Math.max(start, event.offsetX))]);
    this.move(event);
  }

  wheel(event) {
    const { at } = this.chart;
    if (!event.ctrlKey || !at) return;
    event.preventDefault();
    const middle = at.valueAt(event.offsetX), factor = Math.exp(event.deltaY * 0.002);
    this.chart.zoomTo(at.xRange.map((end) => middle + (end - middle) * factor));
    this.move(event);
  }

  leave() {
    this.tip.hidden = true;
    prepare(this.chart.over);
  }

  move(event) {
    const { at, curves, over } = this.chart;
    if (!at || !curves?.length) return;
    const { context } = prepare(over), x = event.offsetX, css = getComputedStyle(document.documentElement);
    if (this.start !== undefined) {
      context.fillStyle = css.getPropertyValue("--accent");
      context.globalAlpha = 0.18;
      context.fillRect(Math.min(this.start, x), at.top, Math.abs(x - this.start), at.plotHeight);
      context.globalAlpha = 1;
    }
    const wanted = at.valueAt(x), found = curves.map((curve) => ({ curve, i: nearest(curve, wanted) }));
    const closest = found.reduce((best, each) => closer(best, each, wanted)), line = Math.round(at.x(closest.curve.xs[closest.i])) + 0.5;
    context.strokeStyle = css.getPropertyValue("--axis");
    context.beginPath();
    context.moveTo(line, at.top);
    context.lineTo(line, at.top + at.plotHeight);
    context.stroke();
    for (const { curve, i } of found) {
      const value = curve.smoothed[i];
      if (!Number.isFinite(value) || (at.logarithmic && value <= 0)) continue;
      context.fillStyle = curve.colour;
      dot(context, at.x(curve.xs[i]), at.y(value), 3.5);
    }
    this.tell(found, event);
  }

  tell(found, event) {
    const isSmoothed = this.chart.how().weight > 0;
    const rows = found.map(({ curve: { series, smoothed, colour }, i }) => {
      const swatch = el("span", { class: "swatch" });
      swatch.style.background = colour;
      return el("tr", {}, el("td", {}, swatch), el("td", { class: "run-name" }, series.run), isSmoothed ? el("td", {}, number(smoothed[i])) : null,
        el("td", {}, number(series.values[i])), el("td", {}, whole(series.steps[i])), el("td", {}, duration(series.times[i] - series.times[0])));
    });
    fill(this.tip, el("table", {},
      el("tr", {}, el("th"), el("th"), isSmoothed ? el("th", {}, "smoothed") : null, el("th", {}, "value"), el("th", {}, "step"), el("th", {}, "after")), ...rows));
    this.tip.hidden = false;
    const room = this.chart.over.clientWidth, width = this.tip.offsetWidth;
    const left = event.offsetX + 16 + width < room ? event.offsetX + 16 : event.offsetX - 16 - width;
    this.tip.style.left = `${Math.max(4 - this.chart.plot.offsetLeft, left)}px`;
    this.tip.style.top = `${Math.min(event.offsetY + 14, this.chart.over.clientHeight - this.tip.offsetHeight)}px`;
  }
}

function nearest({ xs, series, from, to }, x) {
  const next = Math.min(series.count - 1, lowerBound(xs, series.count, x)), before = Math.max(0, next - 1);
  const i = Math.abs(xs[before] - x) <= Math.abs(xs[next] - x) ? before : next;
  return Math.min(Math.max(i, from), to - 1);
}

function closer(best, each, x) {
  return Math.abs(each.curve.xs[each.i] - x) < Math.abs(best.curve.xs[best.i] - x) ? each : best;
}
