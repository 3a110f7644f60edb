// The views that show files of a run: mel images with their slider, validation, data, saves, settings, warnings; and the theme.

const text = (selector) => `document.querySelector("${selector}").innerText`;

export async function records(browser) {
  const found = {};
  const go = async (view, isThere) => {
    await browser.value(`location.hash = "#${view}"`);
    await browser.until(`document.querySelector("nav a[aria-current=page]").hash === "#${view}" && ${isThere}`);
  };
  found.notices = await browser.value(text("#notices"));
  const picture = 'document.querySelector(".media-row img")', step = 'document.querySelector(".media-steps output").textContent';
  await go("media", `${picture}?.naturalWidth > 0`);
  found.lastStep = await browser.value(step);
  found.epochs = await browser.value('[...document.querySelectorAll(".media-row")].slice(0, 2).map((row) => row.innerText).join("\\n")');
  const source = await browser.value(`${picture}.src`);
  await browser.value('document.querySelector(".media-steps input").focus()');
  await browser.press("ArrowLeft");
  await browser.until(`${picture}.src !== ${JSON.stringify(source)} && ${picture}.naturalWidth > 0 && ${picture}.complete`);
  found.earlierStep = await browser.value(step);
  found.sounds = await browser.value('document.querySelectorAll(".media-row audio").length');

  await go("validation", 'document.querySelector(".chart canvas")');
  found.validation = await browser.value(text("#view"));
  await go("data", 'document.querySelector(".share")');
  found.data = await browser.value(text("#view"));
  await go("saves", 'document.querySelector("table.records")');
  found.saves = await browser.value(text("#view"));
  await go("settings", 'document.querySelector("tr.differs")');
  found.differs = await browser.value('[...document.querySelectorAll("tr.differs code")].map((each) => each.textContent)');

  found.grounds = [];
  for (let i = 0; i < 2; i++) {
    found.grounds.push(await browser.value("getComputedStyle(document.body).backgroundColor"));
    await browser.click("#theme");
  }
  return found;
}
