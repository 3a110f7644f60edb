// How long the board's page takes, in headless Chromium: opening, drawing, redrawing while a slider moves, zooming.
//   npm install --ignore-scripts playwright-core          in a folder outside the repository
//   dotnet run -c Release --project benchmarks/RvcNative.Benchmarks -- board-runs /tmp/logs
//   rvcnative board --logs /tmp/logs
//   PLAYWRIGHT=FOLDER/node_modules/playwright-core/index.mjs CHROMIUM=/usr/bin/chromium node benchmarks/board/measure.mjs http://localhost:6116 [SCREENSHOTS]

const { chromium } = await import(process.env.PLAYWRIGHT ?? "playwright-core");
const [address, screenshots] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
const faults = [];
page.on("pageerror", (error) => faults.push(error.message));
page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
page.on("request", (request) => new URL(request.url()).origin === new URL(address).origin || request.url().startsWith("blob:") || faults.push(`asks ${request.url()}`));

const started = Date.now();
await page.goto(address);
await page.waitForFunction(() => window.board?.diagnostics.points > 0 && window.board.diagnostics.loadMs > 0);
await page.waitForTimeout(500);
const opened = await page.evaluate(() => ({ ...window.board.diagnostics }));
console.log(JSON.stringify({ what: "opened", wall_ms: Date.now() - started, load_ms: opened.loadMs, charts: opened.charts, points: opened.points, draw_ms: opened.drawMs, slowest_chart_ms: opened.slowestChartMs }));

// Each step of the slider smooths and draws every curve anew.
const moves = await page.evaluate(async () => {
  const slider = document.querySelector(".toolbar input[type=range]"), times = [];
  for (let i = 0; i < 20; i++) {
    slider.value = String(0.9 + i * 0.004);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    times.push(window.board.diagnostics.drawMs);
  }
  return times.sort((a, b) => a - b);
});
console.log(JSON.stringify({ what: "slider", median_ms: moves[10], worst_ms: moves.at(-1) }));

const plot = await page.locator(".chart .over").first().boundingBox();
const hovers = [];
for (let i = 1; i < 30; i++) {
  const before = Date.now();
  await page.mouse.move(plot.x + 60 + i * 8, plot.y + 80);
  hovers.push(Date.now() - before);
}
console.log(JSON.stringify({ what: "crosshair", median_ms: hovers.sort((a, b) => a - b)[15], tip: (await page.locator(".chart .tip").first().innerText()).replaceAll(/\s+/g, " ") }));
await page.mouse.move(plot.x + 120, plot.y + 60);
await page.mouse.down();
await page.mouse.move(plot.x + 200, plot.y + 90);
await page.mouse.up();
await page.waitForTimeout(300);
console.log(JSON.stringify({ what: "zoomed", points: await page.evaluate(() => document.querySelector(".chart").chart[1].curves.reduce((sum, curve) => sum + curve.to - curve.from, 0)) }));
await page.mouse.dblclick(plot.x + 120, plot.y + 60);

if (screenshots) {
  const { mkdirSync } = await import("node:fs");
  mkdirSync(screenshots, { recursive: true });
  for (const [size, width, height] of [["wide", 1440, 900], ["narrow", 420, 860]]) {
    await page.setViewportSize({ width, height });
    for (const theme of ["light", "dark"]) {
      if (await page.evaluate(() => document.documentElement.dataset.theme) !== theme) await page.click("#theme");
      for (const view of ["curves", "media", "validation", "data", "saves", "settings", "audition"]) {
        await page.goto(`${address}/#${view}`);
        await page.waitForTimeout(900);
        await page.screenshot({ path: `${screenshots}/${view}-${size}-${theme}.png` });
      }
    }
  }
}

console.log(JSON.stringify({ what: "faults", faults }));
await browser.close();
process.exit(faults.length ? 1 : 0);
