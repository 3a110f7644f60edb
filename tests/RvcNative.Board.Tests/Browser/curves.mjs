// Curves: what is chosen at first, zoom, full screen, keys, and what comes while the page is open.

const first = 'document.querySelector("#totals").chart';

export async function curves(browser) {
  const found = {};
  await browser.until("window.board.diagnostics.charts > 0");
  await browser.value('[...document.querySelectorAll(".chart")].find((each) => each.querySelector("h3").textContent === "loss/g/total").id = "totals"');
  found.sliders = await browser.value('[...document.querySelectorAll(".toolbar .slider")].map((each) => `${each.textContent}`)');
  found.checks = await browser.value('Object.fromEntries([...document.querySelectorAll(".toolbar .check")].map((each) => [each.textContent, each.querySelector("input").checked]))');
  found.shownRuns = await browser.value(`${first}.curves.map((curve) => curve.run)`);
  found.inked = await browser.value(`(() => { const c = ${first}.under, d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0; return n; })()`);

  // The y axis: all, without outliers, around the smoothed curve, logarithmic.
  const range = `${first}.at.yRange`, check = async (label) => {
    const before = await browser.value("window.board.diagnostics.drawings");
    await browser.value(`[...document.querySelectorAll(".toolbar .check")].find((each) => each.textContent === "${label}").querySelector("input").click()`);
    await browser.until(`window.board.diagnostics.drawings > ${before}`);
    return browser.value(range);
  };
  found.withoutOutliers = await browser.value(range);
  found.withOutliers = await check("ignore outliers");
  found.centred = await check("centred");
  await check("centred");
  found.logarithmic = await check("log axis");
  found.logarithmicNote = await browser.value(`${first}.note.textContent`);
  await check("log axis");
  found.hours = await check("hours instead of steps") && await browser.value(`${first}.at.xRange`);
  await check("hours instead of steps");
  await check("ignore outliers");

  const plot = await browser.place("#totals .over");
  found.whole = await browser.value(`${first}.at.xRange`);
  await browser.drag({ x: plot.left + 120, y: plot.y }, { x: plot.left + 220, y: plot.y });
  found.zoomed = await browser.value(`${first}.at.xRange`);
  await browser.mouse("mouseMoved", plot.left + 150, plot.y);
  found.tip = await browser.value('document.querySelector("#totals .tip").innerText');
  await browser.click("#totals .head button");
  found.back = await browser.value(`${first}.at.xRange`);

  // By keys alone.
  await browser.until(`${first}.pictures[0].points >= ${await browser.value(`${first}.pictures[0].count`)}`);
  await browser.value('document.querySelector("#totals .over").focus()');
  await browser.press("Home");
  found.keyHome = await browser.value('document.querySelector("#totals .tip").innerText');
  for (const key of ["+", "+"]) await browser.press(key);
  found.keyZoomed = await browser.value(`${first}.at.xRange`);
  await browser.press("0");
  await browser.value('document.querySelector("#totals .full").focus()');
  await browser.press("Enter");
  found.full = await browser.value('(() => { const r = document.querySelector("#totals").getBoundingClientRect(); return [r.width / innerWidth, r.height / innerHeight]; })()');
  await browser.press("Escape");
  found.left = await browser.value('document.querySelector("#totals").getBoundingClientRect().width / innerWidth');

  // The page asks again by itself; BrowserTests goes on writing.
  const count = `${first}.pictures[0].count`, before = await browser.value(count);
  await browser.until(`${count} > ${before}`);
  found.grew = true;
  found.reached = await browser.value('(() => { const seen = new Set(); const all = [...document.querySelectorAll("a, button, input, select, summary, canvas.over")]; for (const e of all) { e.focus(); if (document.activeElement === e) seen.add(e); } return all.filter((e) => !seen.has(e) && !e.disabled && e.checkVisibility()).map((e) => e.outerHTML.slice(0, 80)); })()');
  return found;
}
