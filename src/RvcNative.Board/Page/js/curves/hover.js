// The crosshair with its values, and zoom. By pointer: drag over a stretch, turn the wheel with Ctrl, double-click for all of it. By keys: arrows, + and -, 0.

import { el, fill } from "../dom.js";
import { duration, number, whole } from "../format.js";
import { dot, prepare } from "./painter.js";

const shortestDrag = 5, longStride = 20, zoomOfKey = 1.6;

export class Hover {
  constructor(chart) {
    this.chart = chart;
    this.tip = el("div", { class: "tip", role: "status" });
    this.tip.hidden = true;
    chart.plot.append(this.tip);
    const canvas = chart.over;
    canvas.addEventListener("pointermove", (event) => this.move(event));
    canvas.addEventListener("pointerleave", () => this.leave());
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointerup", (event) => this.up(event));
    canvas.addEventListener("dblclick", () => chart.zoomTo(null));
    canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => this.leave());
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
    if (!event.ctrlKey || !this.chart.at) return;
    event.preventDefault();
    this.zoomAround(event.offsetX, Math.exp(event.deltaY * 0.002));
    this.move(event);
  }

  zoomAround(x, factor) {
    const { at } = this.chart, middle = at.valueAt(x);
    this.chart.zoomTo(at.xRange.map((end) => middle + (end - middle) * factor));
  }

  key(event) {
    const { at, curves } = this.chart;
    if (!at || !curves?.length || event.ctrlKey || event.metaKey || event.altKey) return;
    const right = at.left + at.plotWidth, stride = event.shiftKey ? longStride : 1, from = this.x ?? right;
    const places = { ArrowLeft: from - stride, ArrowRight: from + stride, Home: at.left, End: right };
    if (event.key in places) this.x = Math.min(right, Math.max(at.left, places[event.key]));
    else if (event.key === "+" || event.key === "=") this.zoomAround(from, 1 / zoomOfKey);
    else if (event.key === "-") this.zoomAround(from, zoomOfKey);
    else if (event.key === "0") this.chart.zoomTo(null);
    else return;
    event.preventDefault();
    this.x ??= from;
    this.show(this.x, at.top);
  }

  leave() {
    this.tip.hidden = true;
    this.x = undefined;
    prepare(this.chart.over);
  }

  move(event) {
    this.x = event.offsetX;
    this.show(event.offsetX, event.offsetY);
  }

  show(x, y) {
    const { at, curves, over } = this.chart;
    if (!at || !curves?.length) return;
    const { context } = prepare(over), css = getComputedStyle(document.documentElement);
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
      const value = curve.smoothed.last[i];
      if (Number.isNaN(value)) continue;
      context.fillStyle = curve.colour;
      dot(context, at.x(curve.xs[i]), at.y(value), 3.5);
    }
    this.tell(found, x, y);
  }

  tell(found, x, y) {
    const isSmoothed = this.chart.how().weight > 0;
    const rows = found.map(({ curve, i }) => {
      const swatch = el("span", { class: "swatch" });
      swatch.style.background = curve.colour;
      return el("tr", {}, el("td", {}, swatch), el("td", { class: "run-name" }, curve.run), isSmoothed ? el("td", {}, number(curve.smoothed.last[i])) : null,
        el("td", {}, Number.isNaN(curve.values.last[i]) ? "≤ 0" : number(curve.values.last[i])), el("td", {}, whole(curve.steps[i])), el("td", {}, duration(curve.times[i] - curve.began)));
    });
    fill(this.tip, el("table", {},
      el("tr", {}, el("th"), el("th"), isSmoothed ? el("th", {}, "smoothed") : null, el("th", {}, "value"), el("th", {}, "step"), el("th", {}, "after")), ...rows));
    this.tip.hidden = false;
    const room = this.chart.over.clientWidth, width = this.tip.offsetWidth, left = x + 16 + width < room ? x + 16 : x - 16 - width;
    this.tip.style.left = `${Math.max(4 - this.chart.plot.offsetLeft, left)}px`;
    this.tip.style.top = `${Math.min(y + 14, this.chart.over.clientHeight - this.tip.offsetHeight)}px`;
  }
}

// Of columns, whose point is their last one.
function nearest({ xs }, x) {
  let low = 0, high = xs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1;
    else high = middle;
  }
  const next = Math.min(xs.length - 1, low), before = Math.max(0, low - 1);
  return Math.abs(xs[before] - x) <= Math.abs(xs[next] - x) ? before : next;
}

function closer(best, each, x) {
  return Math.abs(each.curve.xs[each.i] - x) < Math.abs(best.curve.xs[best.i] - x) ? each : best;
}
