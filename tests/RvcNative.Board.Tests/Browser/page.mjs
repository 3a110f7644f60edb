// Uses the board's page as a person would, in Chromium, and prints what was found out: [{ what, found }]. BrowserTests has made the runs and judges.
//   node page.mjs ADDRESS CHROMIUM

import { Chromium } from "./chromium.mjs";
import { audition } from "./audition.mjs";
import { curves } from "./curves.mjs";
import { records } from "./records.mjs";

const [address, executable] = process.argv.slice(2);
const browser = await Chromium.start({ executable });
const found = {};
try {
  await browser.open(address);
  for (const part of [curves, records, audition]) Object.assign(found, await part(browser));
} finally {
  found.faults = browser.faults;
  await browser.close();
}
process.stdout.write(JSON.stringify(found));
