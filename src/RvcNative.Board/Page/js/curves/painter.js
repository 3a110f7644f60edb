// Draws a chart's grid, axes and curves.

import { label, ticksOf } from "./scale.js";

const frame = { left: 54, right: 10, top: 8, bottom: 22 };

/** Where things lie: pixels of values and back. */
export function layout(width, height, xRange, yRange, logarithmic) {
  const plotWidth = Math.max(1, width - frame.left - frame.right), plotHeight = Math.max(1, height - frame.top - frame.bottom);
  const up = logarithmic ? Math.log : (value) => value;
  const [low, high] = yRange.map(up), xScale = plotWidth / (xRange[1] - xRange[0] || 1), yScale = plotHeight / (high - low || 1);
  return {
    ...frame, width, height, plotWidth, plotHeight, xRange, yRange, logarithmic,
    x: (value) => frame.left + (value - xRange[0]) * xScale,
    y: (value) => frame.top + plotHeight - (up(value) - low) * yScale,
    valueAt: (x) => xRange[0] + (x - frame.left) / xScale,
  };
}

export function paintFrame(context, at, style) {
  const yTicks = ticksOf(at.yRange, at.logarithmic, Math.max(2, Math.floor(at.plotHeight / 38)));
  const xTicks = ticksOf(at.xRange, false, Math.max(2, Math.floor(at.plotWidth / 80)));
  context.font = "11px system-ui, 'DejaVu Sans', sans-serif";
  context.fillStyle = style.axis;
  context.strokeStyle = style.grid;
  context.lineWidth = 1;
  context.beginPath();
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of yTicks) {
    const y = Math.round(at.y(tick)) + 0.5;
    context.moveTo(at.left, y);
    context.lineTo(at.left + at.plotWidth, y);
    context.fillText(label(tick, yTicks), at.left - 6, y);
  }
  context.textBaseline = "top";
  for (const tick of xTicks) {
    const x = Math.round(at.x(tick)) + 0.5, text = label(tick, xTicks), half = context.measureText(text).width / 2;
    context.moveTo(x, at.top);
    context.lineTo(x, at.top + at.plotHeight);
    context.textAlign = x + half > at.width ? "right" : "center";
    context.fillText(text, x, at.top + at.plotHeight + 6);
  }
  context.stroke();
}

/** One stroke a column. @param strokes { first, least, largest, last }, as long as xs; NaN is passed over. */
export function paintCurve(context, at, xs, { first, least, largest, last }, colour, opacity, thickness) {
  context.save();
  context.beginPath();
  context.rect(at.left, at.top, at.plotWidth, at.plotHeight);
  context.clip();
  context.globalAlpha = opacity;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = thickness;
  context.lineJoin = "round";
  context.beginPath();
  for (let i = 0; i < xs.length; i++) {
    if (Number.isNaN(first[i])) continue;
    const x = at.x(xs[i]);
    context.lineTo(x, at.y(first[i]));
    if (least[i] === largest[i]) continue;
    context.lineTo(x, at.y(least[i]));
    context.lineTo(x, at.y(largest[i]));
    context.lineTo(x, at.y(last[i]));
  }
  context.stroke();
  if (xs.length === 1 && !Number.isNaN(last[0])) dot(context, at.x(xs[0]), at.y(last[0]), 3);
  context.restore();
}

export function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** A canvas fitted to its element at the screen's resolution, cleared. */
export function prepare(canvas) {
  const density = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
  const wanted = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== wanted[0] || canvas.height !== wanted[1]) [canvas.width, canvas.height] = wanted;
  const context = canvas.getContext("2d");
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}
