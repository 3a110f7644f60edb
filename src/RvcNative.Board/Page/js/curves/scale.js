// Ranges and axes.

const margin = 0.06;

/** What the y axis spans. @param curves [{ values, smoothed, from, to }], the stretches that are seen. */
export function rangeOf(curves, { ignoreOutliers, centred, logarithmic }) {
  const seen = centred ? curves.map((curve) => ({ ...curve, values: curve.smoothed })) : curves;
  let range = ignoreOutliers && !centred ? withoutOutliers(seen, logarithmic) : null;
  range ??= extremes(seen, logarithmic);
  if (!range) return logarithmic ? [0.1, 1] : [0, 1];
  return padded(range, logarithmic, centred ? 0.25 : margin);
}

function extremes(curves, positiveOnly) {
  let least = Infinity, largest = -Infinity;
  for (const { values, from, to } of curves) {
    for (let i = from; i < to; i++) {
      const value = values[i];
      if (!Number.isFinite(value) || (positiveOnly && value <= 0)) continue;
      if (value < least) least = value;
      if (value > largest) largest = value;
    }
  }
  return largest >= least ? [least, largest] : null;
}

// From the 5th to the 95th percentile of at most some 20,000 values.
function withoutOutliers(curves, positiveOnly) {
  const total = curves.reduce((sum, curve) => sum + curve.to - curve.from, 0), stride = Math.max(1, Math.floor(total / 20000));
  const sample = [];
  for (const { values, from, to } of curves) {
    for (let i = from; i < to; i += stride) if (Number.isFinite(values[i]) && (!positiveOnly || values[i] > 0)) sample.push(values[i]);
  }
  if (sample.length < 20) return null;
  const sorted = Float64Array.from(sample).sort();
  return [sorted[Math.floor(0.05 * (sorted.length - 1))], sorted[Math.ceil(0.95 * (sorted.length - 1))]];
}

function padded([least, largest], logarithmic, share) {
  if (logarithmic) {
    const rise = largest > least ? Math.pow(largest / least, share) : 2;
    return [least / rise, largest * rise];
  }
  const pad = largest > least ? share * (largest - least) : Math.abs(largest) * 0.1 || 1;
  return [least - pad, largest + pad];
}

/** Places of an axis' lines: round numbers, about so many. */
export function ticksOf([least, largest], logarithmic, wanted) {
  if (logarithmic) return logTicks(least, largest, wanted);
  const rough = (largest - least) / wanted, power = Math.pow(10, Math.floor(Math.log10(rough)));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks = [];
  for (let k = Math.ceil(least / step); k * step <= largest; k++) ticks.push(k * step);
  return ticks;
}

function logTicks(least, largest, wanted) {
  const decades = Math.log10(largest / least);
  if (decades < 1) return ticksOf([least, largest], false, wanted).filter((tick) => tick > 0);
  const stride = Math.max(1, Math.ceil(decades / wanted)), factors = decades < wanted / 2 ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(largest)); power++) {
    if (power % stride !== 0) continue;
    for (const factor of factors) {
      const tick = factor * Math.pow(10, power);
      if (tick >= least && tick <= largest) ticks.push(tick);
    }
  }
  return ticks;
}

/** A tick in as few digits as tell it from the next. */
export function label(value, ticks) {
  if (value === 0) return "0";
  const size = Math.max(...ticks.map(Math.abs));
  if (size >= 1e7 || size < 1e-3) return Number(value.toPrecision(3)).toExponential().replace("e+", "e");
  if (size >= 1e4 && ticks.every((tick) => tick % 100 === 0)) return `${value / 1000}k`;
  const step = ticks.length > 1 ? Math.min(...ticks.slice(1).map((tick, i) => tick - ticks[i])) : size;
  return value.toFixed(Math.min(8, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))));
}
