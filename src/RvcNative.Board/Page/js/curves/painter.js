// Draws a chart's grid, axes and curves.

import { columnsOf } from "./decimation.js";
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

/** @param curve { xs, ys, from, to } */
export function paintCurve(context, at, curve, colour, opacity, thickness) {
  const columns = columnsOf(curve.xs, curve.ys, curve.from, curve.to, at.x, at.width);
  context.save();
  context.beginPath();
  context.rect(at.left, at.top, at.plotWidth, at.plotHeight);
  context.clip();
  context.globalAlpha = opacity;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = thickness;
  context.lineJoin = "round";
  context.beginPath();
  let isDown = false;
  const to = (x, value) => {
    // On a logarithmic axis there is no place for 0 and below.
    if (at.logarithmic && value <= 0) isDown = false;
    else if (isDown) context.lineTo(x, at.y(value));
    else [isDown] = [true, context.moveTo(x, at.y(value))];
  };
  for (const { x, first, least, largest, last } of columns) {
    to(x, first);
    if (least !== largest) {
      to(x, least);
      to(x, largest);
      to(x, last);
    }
  }
  context.stroke();
  if (columns.length === 1 && !(at.logarithmic && columns[0].last <= 0)) dot(context, columns[0].x, at.y(columns[0].last), 3);
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
