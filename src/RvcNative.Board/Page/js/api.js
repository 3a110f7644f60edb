// What the page asks the board for.

async function answered(response) {
  if (response.ok) return response;
  let words = `${response.status} ${response.statusText}`;
  try {
    words = (await response.json()).error ?? words;
  } catch {
    // The answer was no JSON: its status has to do.
  }
  throw new Error(words);
}

export async function getJson(url) {
  return (await answered(await fetch(url))).json();
}

export async function getBytes(url) {
  return (await answered(await fetch(url))).arrayBuffer();
}

export async function send(method, url, body) {
  const request = { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return (await answered(await fetch(url, request))).json();
}

/** /api/runs/RUN/path?parameters */
export function runUrl(run, path, parameters = {}) {
  const query = new URLSearchParams(parameters).toString();
  return `/api/runs/${encodeURIComponent(run)}/${path}${query ? `?${query}` : ""}`;
}

/** A file that a run keeps about itself: { file, present, problem, content }. */
export function getRecord(run, name) {
  return getJson(runUrl(run, `records/${name}`));
}
