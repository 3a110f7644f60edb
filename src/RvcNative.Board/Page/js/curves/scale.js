// Ranges and axes.

const margin = 0.06;

/** What the y axis spans. @param curves [{ middle, values, smoothed }], the stretches that are seen; on a logarithmic axis without values at or below 0. */
export function rangeOf(curves, { ignoreOutliers, centred, logarithmic }) {
  const middles = ignoreOutliers && !centred && curves.every((curve) => curve.middle) ? curves.map((curve) => curve.middle) : [];
  const range = spanOf(middles.length ? middles : curves.map((curve) => extremesOf(centred ? curve.smoothed : curve.values)));
  if (!range) return logarithmic ? [0.1, 1] : [0, 1];
  return padded(range, logarithmic, centred ? 0.25 : margin);
}

function spanOf(ranges) {
  const least = Math.min(...ranges.map((range) => range[0])), largest = Math.max(...ranges.map((range) => range[1]));
  return largest >= least ? [least, largest] : null;
}

function extremesOf({ least, largest }) {
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < least.length; i++) {
    if (least[i] < low) low = least[i];
    if (largest[i] > high) high = largest[i];
  }
  return [low, high];
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
