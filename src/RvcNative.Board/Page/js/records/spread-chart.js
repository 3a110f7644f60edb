// A mean with its standard deviation over epochs.

import { layout, dot, paintFrame, prepare } from "../curves/painter.js";
import { el, fill } from "../dom.js";
import { spread } from "../format.js";

export class SpreadChart {
  /** @param measure { title, explained, digits }; @param lines [{ colour, name, points: [{ epoch, mean, sd }] }] */
  constructor({ title, explained, digits }, lines) {
    Object.assign(this, { lines, digits });
    this.canvas = el("canvas");
    this.note = el("div", { class: "note" });
    this.plot = el("div", { class: "plot" }, this.canvas);
    this.element = el("section", { class: "chart" }, el("div", { class: "head", title: explained }, el("h3", {}, title)), this.plot, this.note);
    this.plot.addEventListener("pointermove", (event) => this.tell(event.offsetX));
    this.plot.addEventListener("pointerleave", () => this.tell(null));
    this.resized = new ResizeObserver(() => this.draw());
    this.resized.observe(this.plot);
    this.tell(null);
  }

  draw() {
    const { context, width, height } = prepare(this.canvas);
    if (width < 80) return;
    const points = this.lines.flatMap((line) => line.points), css = getComputedStyle(document.documentElement);
    const least = Math.min(...points.map((point) => point.mean - point.sd)), largest = Math.max(...points.map((point) => point.mean + point.sd));
    const pad = 0.06 * (largest - least) || Math.abs(largest) * 0.1 || 1, epochs = points.map((point) => point.epoch);
    const xRange = [Math.min(...epochs), Math.max(...epochs)];
    if (xRange[0] === xRange[1]) [xRange[0], xRange[1]] = [xRange[0] - 1, xRange[1] + 1];
    this.at = layout(width, height, xRange, [least - pad, largest + pad], false);
    paintFrame(context, this.at, { axis: css.getPropertyValue("--axis"), grid: css.getPropertyValue("--grid") });
    for (const line of this.lines) this.paint(context, line, css.getPropertyValue(line.colour));
  }

  paint(context, { points }, colour) {
    const { x, y } = this.at;
    context.fillStyle = context.strokeStyle = colour;
    context.globalAlpha = 0.18;
    context.beginPath();
    for (const point of points) context.lineTo(x(point.epoch), y(point.mean + point.sd));
    for (const point of points.toReversed()) context.lineTo(x(point.epoch), y(point.mean - point.sd));
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.8;
    context.beginPath();
    for (const point of points) context.lineTo(x(point.epoch), y(point.mean));
    context.stroke();
    for (const point of points) dot(context, x(point.epoch), y(point.mean), 2.5);
  }

  tell(place) {
    fill(this.note, ...this.lines.map((line) => {
      const wanted = place === null || !this.at ? Infinity : this.at.valueAt(place);
      const point = line.points.reduce((best, each) => (Math.abs(each.epoch - wanted) < Math.abs(best.epoch - wanted) ? each : best), line.points.at(-1));
      return el("div", {}, `${line.name}: epoch ${point.epoch}, ${spread(point, this.digits)}`);
    }));
  }

  close() {
    this.resized.disconnect();
  }
}
