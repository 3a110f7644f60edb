// How long the board takes: reading the event files, opening its page, redrawing while a slider moves, zooming, the crosshair. Needs node and Chromium.
//   dotnet run -c Release --project benchmarks/RvcNative.Benchmarks -- board-runs /tmp/board-logs
//   node benchmarks/board/measure.mjs RVCNATIVE /tmp/board-logs [OPENINGS]

import { spawn } from "node:child_process";
import { Chromium } from "../../tests/RvcNative.Board.Tests/Browser/chromium.mjs";

const [rvcnative, logs, openings = "9"] = process.argv.slice(2);
const board = spawn(rvcnative, ["board", "--logs", logs, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
const address = await new Promise((found, failed) => {
  board.stdout.on("data", (text) => /http:\S+/.test(text) && found(String(text).match(/http:\S+/)[0]));
  board.on("exit", (code) => failed(new Error(`${rvcnative} ended with ${code}`)));
});
const tell = (what, figures) => console.log(JSON.stringify({ what, ...figures }));
const middle = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const get = async (path) => (await fetch(new URL(path, address))).json();

const { runs } = await get("/api/runs");
const readAt = performance.now();
const points = await Promise.all(runs.map(async ({ name }) => (await get(`/api/runs/${encodeURIComponent(name)}/curves`)).curves.reduce((sum, curve) => sum + curve.count, 0)));
tell("event files read by the board", { runs: runs.length, points: points.reduce((a, b) => a + b, 0), ms: performance.now() - readAt });

const browser = await Chromium.start();
const opened = [];
let last;
for (let i = 0; i < Number(openings); i++) {
  await browser.open(address);
  last = await browser.until("window.board?.diagnostics.openedMs && window.board.diagnostics");
  opened.push(last.openedMs);
}
tell("page opened: from the navigation's start until all charts of the first screen are drawn", {
  median_ms: middle(opened), worst_ms: Math.max(...opened), first_ms: opened[0], charts: last.charts, points: last.points, drawing_ms: last.drawMs,
});

// Each move smooths every curve anew on the board and draws it.
const moves = await browser.value(`(async () => {
  const slider = document.querySelector(".toolbar input[type=range]"), times = [];
  for (let i = 0; i < 30; i++) {
    const before = performance.now(), drawings = window.board.diagnostics.drawings;
    slider.value = String(0.9 + i * 0.003);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    while (window.board.diagnostics.drawings === drawings) await new Promise(requestAnimationFrame);
    times.push(performance.now() - before);
  }
  return times;
})()`);
tell("slider moved", { median_ms: middle(moves), worst_ms: Math.max(...moves) });

const plot = await browser.place(".chart .over"), hovers = [];
for (let i = 1; i < 30; i++) {
  const before = performance.now();
  await browser.mouse("mouseMoved", plot.left + 60 + i * 8, plot.y);
  hovers.push(performance.now() - before);
}
tell("crosshair", { median_ms: middle(hovers), tip: (await browser.value('document.querySelector(".chart .tip").innerText')).replaceAll(/\s+/g, " ") });

const before = performance.now(), drawings = await browser.value("window.board.diagnostics.drawings");
await browser.drag({ x: plot.left + 120, y: plot.y }, { x: plot.left + 200, y: plot.y + 20 });
const zoomed = await browser.until(`window.board.diagnostics.drawings > ${drawings} && window.board.diagnostics`);
tell("zoomed", { ms: performance.now() - before, points: zoomed.points });

tell("faults", { faults: browser.faults });
await browser.close();
board.kill("SIGINT");
process.exit(browser.faults.length ? 1 : 0);
