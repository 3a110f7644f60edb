// One curve of one run, kept here and added to as the run goes on.

import { getBytes, runUrl } from "../api.js";
import { smooth } from "./smoothing.js";

const headBytes = 16;

export class Series {
  constructor(run, source, tag) {
    Object.assign(this, { run, source, tag, count: 0, generation: "-1", steps: new Float64Array(0), times: new Float64Array(0), values: new Float32Array(0) });
    this.forget();
  }

  /** Gets what is new, if the board has told of anything. @param told { count, generation } */
  async update(told) {
    if (told.generation === this.generation && told.count === this.count) return false;
    const bytes = await getBytes(runUrl(this.run, "points", { source: this.source, tag: this.tag, from: this.count, generation: this.generation }));
    const head = new DataView(bytes), first = head.getInt32(0, true), count = head.getInt32(4, true);
    this.generation = head.getBigInt64(8, true).toString();
    this.steps = joined(this.steps, first, new Float64Array(bytes, headBytes, count));
    this.times = joined(this.times, first, new Float64Array(bytes, headBytes + 8 * count, count));
    this.values = joined(this.values, first, new Float32Array(bytes, headBytes + 16 * count, count));
    this.count = first + count;
    this.forget();
    return true;
  }

  smoothed(weight) {
    if (this.smoothedWeight !== weight) [this.smoothedWeight, this.smoothedValues] = [weight, weight > 0 ? smooth(this.values, weight) : this.values];
    return this.smoothedValues;
  }

  /** Steps, or hours since the first point. */
  xs(relativeTime) {
    if (!relativeTime) return this.steps;
    this.hours ??= this.times.map((time) => (time - this.times[0]) / 3600);
    return this.hours;
  }

  forget() {
    Object.assign(this, { smoothedWeight: NaN, smoothedValues: null, hours: null });
  }
}

function joined(kept, first, added) {
  const all = new added.constructor(first + added.length);
  all.set(kept.subarray(0, first));
  all.set(added, first);
  return all;
}
