// A tag of some runs as the board hands it out for drawing: neighbouring points share a column of pixels, and nothing else comes here.

import { getBytes } from "../api.js";

const headBytes = 72;

/** Gets the columns of a tag, one picture a run. @param window { columns, weight, axis, positive, from, to } */
export async function picturesOf({ source, tag }, runs, window) {
  const query = new URLSearchParams([...runs.map((run) => ["run", run]), ["source", source], ["tag", tag], ...Object.entries(window)]);
  const bytes = await getBytes(`/api/columns?${query}`);
  let at = 0;
  return runs.map((run) => {
    const picture = read(bytes, at, window.axis === "hours");
    at += picture.bytes;
    return { run, ...picture };
  });
}

// As ColumnBytes of the board writes it.
function read(bytes, at, inHours) {
  const head = new DataView(bytes, at, headBytes), n = head.getInt32(0, true);
  const [low, high, start, end, began] = [32, 40, 48, 56, 64].map((place) => head.getFloat64(place, true));
  const steps = new Float64Array(bytes, at + headBytes, n), times = new Float64Array(bytes, at + headBytes + 8 * n, n);
  const strokes = (from) => Object.fromEntries(["first", "least", "largest", "last"].map((name, i) => [name, new Float32Array(bytes, from + 4 * n * i, n)]));
  return {
    bytes: headBytes + 48 * n, count: head.getInt32(4, true), generation: head.getBigInt64(8, true).toString(),
    points: head.getInt32(16, true), notFinite: head.getInt32(20, true), hidden: head.getInt32(24, true), middle: Number.isNaN(low) ? null : [low, high], ends: [start, end], began,
    steps, times, xs: inHours ? times.map((time) => (time - began) / 3600) : steps,
    values: strokes(at + headBytes + 16 * n), smoothed: strokes(at + headBytes + 32 * n),
  };
}
