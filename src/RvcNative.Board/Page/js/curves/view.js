// All scalars of the runs that are shown, side by side.

import { getJson, runUrl } from "../api.js";
import { checkbox, el, empty, fill, slider } from "../dom.js";
import { whole } from "../format.js";
import { keep, settings } from "../settings.js";
import { Chart } from "./chart.js";
import { Series } from "./series.js";
import { compareGroups, groupOf, isOpenAtFirst, keyOf, titleOf, weightOf } from "./tags.js";

export class CurvesView {
  constructor(place, runs, diagnose) {
    Object.assign(this, { runs, diagnose, charts: new Map(), groups: new Map(), cache: new Map(), told: new Map(), dirty: new Set(), pending: false });
    this.inSight = new IntersectionObserver((entries) => this.onsight(entries), { rootMargin: "200px" });
    this.list = el("div");
    fill(place, this.toolbar(), this.list);
  }

  toolbar() {
    const change = (changes) => {
      keep(changes);
      this.redraw();
    };
    const smoothing = { max: 0.999, title: "Weight of the exponential moving average, without bias at its beginning" };
    return el("div", { class: "toolbar" },
      slider("raw tags", settings.rawSmoothing, smoothing, (rawSmoothing) => change({ rawSmoothing })),
      slider("averages", settings.averagesSmoothing, smoothing, (averagesSmoothing) => change({ averagesSmoothing })),
      checkbox("ignore outliers", settings.ignoreOutliers, (ignoreOutliers) => change({ ignoreOutliers }), "The y axis spans the 5th to the 95th percentile"),
      checkbox("centred", settings.centred, (centred) => change({ centred }), "The y axis is centred on the smoothed curve"),
      checkbox("log axis", settings.logarithmic, (logarithmic) => change({ logarithmic })),
      checkbox("hours instead of steps", settings.relativeTime, (relativeTime) => {
        for (const chart of this.charts.values()) chart.zoom = null;
        change({ relativeTime });
      }),
      el("input", { type: "search", placeholder: "tags with …", "aria-label": "Show only tags with this text", value: settings.filter, oninput: (event) => {
        keep({ filter: event.target.value });
        this.arrange();
      } }));
  }

  async refresh() {
    const shown = this.runs.shown;
    const lists = await Promise.all(shown.map(async (run) => [run, (await getJson(runUrl(run, "curves"))).curves]));
    this.told = new Map();
    for (const [run, curves] of lists) {
      for (const curve of curves) {
        const key = keyOf(curve);
        if (!this.told.has(key)) this.told.set(key, { source: curve.source, tag: curve.tag, runs: new Map() });
        this.told.get(key).runs.set(run, curve);
      }
    }
    this.arrange();
    await Promise.all([...this.charts.entries()].filter(([, chart]) => chart.isInSight).map(([key, chart]) => this.load(key, chart)));
    if (this.needsDraw || this.dirty.size) this.redraw();
  }

  // Makes cards for tags that are new, takes away those that went.
  arrange() {
    const wanted = [...this.told.values()].filter((each) => titleOf(each).toLowerCase().includes(settings.filter.toLowerCase()));
    const groups = Map.groupBy(wanted, groupOf);
    const keys = new Set(wanted.map(keyOf));
    for (const [key, chart] of this.charts) if (!keys.has(key)) this.remove(key, chart);
    const elements = [...groups.keys()].sort(compareGroups).map((group) => this.groupElement(group, groups.get(group)));
    const nothing = this.runs.shown.length ? empty(this.told.size ? "No tag has this text." : "These runs have no event files with curves yet.") : empty("Choose a run on the left.");
    const children = elements.length ? elements : [nothing];
    if (children.length !== this.list.children.length || children.some((child, i) => child !== this.list.children[i])) fill(this.list, ...children);
  }

  groupElement(name, members) {
    let group = this.groups.get(name);
    if (!group) {
      const element = el("details", { class: "group", open: settings.closedGroups[name] === undefined ? isOpenAtFirst(name) : !settings.closedGroups[name] });
      element.addEventListener("toggle", () => keep({ closedGroups: { ...settings.closedGroups, [name]: !element.open } }));
      const count = el("span", { class: "quiet" }), charts = el("div", { class: "charts" });
      element.append(el("summary", {}, `${name} `, count), charts);
      this.groups.set(name, group = { element, count, charts });
    }
    group.count.textContent = `${members.length}`;
    const natural = new Intl.Collator("en", { numeric: true });
    members.sort((a, b) => natural.compare(titleOf(a), titleOf(b)));
    const cards = members.map((member) => this.chartOf(member).element);
    if (cards.length !== group.charts.children.length || cards.some((card, i) => card !== group.charts.children[i])) fill(group.charts, ...cards);
    return group.element;
  }

  chartOf(member) {
    const key = keyOf(member);
    if (this.charts.has(key)) return this.charts.get(key);
    const chart = new Chart(titleOf(member), () => ({ ...settings, weight: weightOf(member, settings) }), this.runs);
    chart.onresize = () => this.redraw([chart]);
    chart.element.chart = [key, chart];
    this.charts.set(key, chart);
    this.inSight.observe(chart.element);
    return chart;
  }

  remove(key, chart) {
    this.inSight.unobserve(chart.element);
    chart.close();
    this.charts.delete(key);
  }

  async onsight(entries) {
    const started = performance.now();
    await Promise.all(entries.map(async ({ target, isIntersecting }) => {
      const [key, chart] = target.chart;
      chart.isInSight = isIntersecting;
      if (isIntersecting) await this.load(key, chart);
    }));
    this.loadMs = performance.now() - started;
    this.redraw();
  }

  // Gets the points of a card's curves; those of runs that are no longer shown go.
  async load(key, chart) {
    const told = this.told.get(key);
    if (!told) return;
    const series = [...told.runs.keys()].map((run) => this.seriesOf(run, told));
    const changed = await Promise.all(series.map((each) => this.update(each, told.runs.get(each.run))));
    const isOther = series.length !== chart.series.length || series.some((each, i) => each !== chart.series[i]);
    chart.series = series;
    if (isOther || changed.some(Boolean)) this.needsDraw = true;
  }

  // One request a curve at a time, or its points would come twice.
  update(series, told) {
    series.coming = (series.coming ?? Promise.resolve()).catch(() => {}).then(() => series.update(told));
    return series.coming;
  }

  seriesOf(run, { source, tag }) {
    const key = `${run}|${source}|${tag}`;
    if (!this.cache.has(key)) this.cache.set(key, new Series(run, source, tag));
    return this.cache.get(key);
  }

  /** Draws what is in sight, once a frame at most. */
  redraw(charts = null) {
    for (const chart of charts ?? this.charts.values()) this.dirty.add(chart);
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => this.drawNow());
  }

  drawNow() {
    this.pending = this.needsDraw = false;
    const started = performance.now();
    let points = 0, drawn = 0, slowest = 0;
    for (const chart of this.dirty) {
      if (!chart.isInSight) continue;
      const result = chart.draw();
      points += result.points;
      slowest = Math.max(slowest, result.ms);
      drawn++;
    }
    this.dirty.clear();
    const drawMs = performance.now() - started;
    if (!drawn) return;
    this.diagnose({
      charts: drawn, points, drawMs, slowestChartMs: slowest, loadMs: this.loadMs,
      text: `${drawn} charts with ${whole(points)} points drawn in ${drawMs.toFixed(1)} ms (the slowest in ${slowest.toFixed(1)} ms)`,
    });
  }

  restyle() {
    this.redraw();
  }

  close() {
    this.inSight.disconnect();
    for (const chart of this.charts.values()) chart.close();
  }
}
