// A curve of any length as one stroke a pixel column: where it comes in, its least and largest value, where it leaves. No peak is lost.

/**
 * @param xs ascending; @param ys as long; @param from, to the stretch of both; @param place x to pixels; @param width pixels
 * @returns [{ x, first, least, largest, last }], values that are not finite left out
 */
export function columnsOf(xs, ys, from, to, place, width) {
  const columns = [];
  let column = null, at = NaN;
  for (let i = from; i < to; i++) {
    const y = ys[i];
    if (!Number.isFinite(y)) continue;
    const x = Math.round(place(xs[i]));
    if (x !== at) {
      if (x < -width || x > 2 * width) continue;
      at = x;
      columns.push(column = { x, first: y, least: y, largest: y, last: y });
    } else {
      if (y < column.least) column.least = y;
      if (y > column.largest) column.largest = y;
      column.last = y;
    }
  }
  return columns;
}

/** The first place whose value is not below x, in an ascending array of so many values. */
export function lowerBound(xs, count, x) {
  let low = 0, high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
