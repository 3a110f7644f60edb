// Numbers and times in words.

export function number(value) {
  if (value === null || value === undefined) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(3).replace("-", "−");
  return String(Number(value.toPrecision(5))).replace("-", "−");
}

/** So many digits after the point, so that columns of figures stand under one another. */
export function fixed(value, digits) {
  return Number.isFinite(value) ? value.toFixed(digits).replace("-", "−") : number(value);
}

/** { mean, sd } as a mean with its standard deviation; null is –. */
export function spread(figure, digits) {
  return figure ? `${fixed(figure.mean, digits)} ± ${fixed(figure.sd, digits)}` : "–";
}

export function whole(value) {
  return Math.round(value).toLocaleString("en");
}

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  const sign = seconds < 0 ? "−" : "", size = Math.abs(seconds);
  if (size < 60) return `${sign}${size.toFixed(1)} s`;
  const hours = Math.floor(size / 3600), minutes = Math.floor((size % 3600) / 60), rest = Math.floor(size % 60);
  const two = (part) => String(part).padStart(2, "0");
  return hours ? `${sign}${hours}:${two(minutes)}:${two(rest)} h` : `${sign}${minutes}:${two(rest)} min`;
}

export function ago(date, now = Date.now()) {
  const minutes = (now - new Date(date).getTime()) / 60000;
  if (minutes < 1) return "now";
  if (minutes < 60) return `${Math.floor(minutes)} min`;
  if (minutes < 60 * 48) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / 60 / 24)} d`;
}

/** snake_case as words. */
export function words(name) {
  return name.replaceAll("_", " ");
}
