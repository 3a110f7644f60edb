// The page: views under tabs, the list of runs, warnings, reloading.

import { AuditionView } from "./audition/view.js";
import { CurvesView } from "./curves/view.js";
import { el, fill } from "./dom.js";
import { MediaView } from "./media.js";
import { showNotices } from "./notices.js";
import { LedgerView } from "./records/ledger.js";
import { SavesView } from "./records/saves.js";
import { SettingsView } from "./records/settings.js";
import { ValidationView } from "./records/validation.js";
import { RunList } from "./runs.js";
import { keep, settings } from "./settings.js";

const reloadMs = 4000;
const views = {
  curves: ["Curves", CurvesView],
  media: ["Mel & sound", MediaView],
  validation: ["Validation", ValidationView],
  data: ["Data", LedgerView],
  saves: ["Saves", SavesView],
  settings: ["Settings", SettingsView],
  audition: ["Audition", AuditionView],
};

const place = document.getElementById("view"), footer = document.getElementById("diagnostics"), notices = document.getElementById("notices");
const runs = new RunList(document.getElementById("runs"), refresh);
let view = null, busy = false, again = false;

// What was drawn and how long it took; shown below, and read by whoever measures the page.
window.board = { diagnostics: {}, view: null };

function diagnose(found) {
  Object.assign(window.board.diagnostics, found);
  footer.textContent = found.text ?? footer.textContent;
}

function open() {
  const name = location.hash.slice(1) in views ? location.hash.slice(1) : "curves";
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === `#${name}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  view?.close?.();
  footer.textContent = "";
  fill(place);
  window.board.view = view = new views[name][1](place, runs, diagnose);
  return refresh();
}

async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    do {
      again = false;
      await runs.load();
      await Promise.all([view.refresh(), showNotices(notices, runs)]);
      diagnose({ refreshed: Date.now() });
    } while (again);
  } catch (failure) {
    footer.textContent = `The board does not answer: ${failure.message}`;
  } finally {
    busy = false;
  }
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  view?.restyle?.();
}

const systemTheme = matchMedia("(prefers-color-scheme: dark)");
setTheme(settings.theme ?? (systemTheme.matches ? "dark" : "light"));
systemTheme.addEventListener("change", () => settings.theme ?? setTheme(systemTheme.matches ? "dark" : "light"));
document.getElementById("theme").addEventListener("click", () => {
  const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  keep({ theme });
  setTheme(theme);
});

fill(document.getElementById("tabs"), ...Object.entries(views).map(([name, [title]]) => el("a", { href: `#${name}` }, title)));
const auto = document.getElementById("auto-reload");
auto.checked = settings.autoReload;
auto.addEventListener("change", () => keep({ autoReload: auto.checked }));
setInterval(() => {
  if (settings.autoReload && !document.hidden) refresh();
}, reloadMs);
addEventListener("hashchange", open);
open();
