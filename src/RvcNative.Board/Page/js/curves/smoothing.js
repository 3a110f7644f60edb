// Smoothing as TensorBoard has it: an exponential moving average without the pull of its beginning at 0.
//   s_n = w s_(n-1) + (1 - w) x_n,  shown is s_n / (1 - w^n),  n counting finite values only.

/** Values that are not finite stay as they are and leave no trace. A curve that never changes is its own average. */
export function smooth(values, weight) {
  const smoothed = new Float64Array(values.length);
  let last = 0, trust = 1, first = NaN, isConstant = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) {
      smoothed[i] = value;
      continue;
    }
    if (Number.isNaN(first)) first = value;
    isConstant &&= value === first;
    last = last * weight + (1 - weight) * value;
    trust *= weight;
    smoothed[i] = isConstant ? value : last / (1 - trust);
  }
  return smoothed;
}
