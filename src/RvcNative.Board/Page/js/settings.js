// What the user chose, kept by the browser.

const key = "rvcnative-board";

const defaults = {
  theme: null,
  autoReload: true,
  selected: null,
  averagesSmoothing: 0.5,
  rawSmoothing: 0.987,
  ignoreOutliers: true,
  logarithmic: false,
  centred: false,
  relativeTime: false,
  filter: "",
  closedGroups: {},
  auditionRun: null,
};

export const settings = { ...defaults, ...stored() };

export function keep(changes) {
  Object.assign(settings, changes);
  try {
    localStorage.setItem(key, JSON.stringify(settings));
  } catch {
    // Without storage the choices last as long as the page.
  }
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}
