// All scalars of the runs that are shown, side by side.

import { checkbox, el, empty, fill, slider } from "../dom.js";
import { whole } from "../format.js";
import { keep, settings } from "../settings.js";
import { Chart } from "./chart.js";
import { compareGroups, groupOf, isOpenAtFirst, keyOf, titleOf, weightOf } from "./tags.js";

export class CurvesView {
  constructor(place, runs, diagnose) {
    Object.assign(this, { runs, diagnose, charts: new Map(), groups: new Map(), told: new Map(), dirty: new Set(), isWorking: false });
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
    const shown = this.runs.shown, lists = await Promise.all(shown.map((run) => this.runs.listing(run)));
    this.told = new Map();
    for (const [i, { curves }] of lists.entries()) {
      for (const { source, tag, count, generation } of curves) {
        const key = keyOf({ source, tag });
        if (!this.told.has(key)) this.told.set(key, { source, tag, runs: new Map() });
        this.told.get(key).runs.set(shown[i], `${generation}.${count}`);
      }
    }
    this.arrange();
    for (const [key, chart] of this.charts) {
      chart.told = this.told.get(key).runs;
      if (chart.wanted !== chart.has) this.redraw(chart);
    }
  }

  // Makes cards for tags that are new, takes away those that went.
  arrange() {
    const wanted = [...this.told.values()].filter((each) => titleOf(each).toLowerCase().includes(settings.filter.toLowerCase()));
    const groups = Map.groupBy(wanted, groupOf);
    const keys = new Set(wanted.map(keyOf));
    for (const [key, chart] of this.charts) if (!keys.has(key)) this.remove(key, chart);
    const elements = [...groups.keys()].sort(compareGroups).map((group) => this.groupElement(group, groups.get(group)));
    const nothing = this.runs.shown.length ? empty(this.told.size ? "No tag has this text." : "These runs have no event files with curves yet.") : empty(this.runs.whyNone);
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
    const chart = new Chart(member, titleOf(member), () => ({ ...settings, weight: weightOf(member, settings) }), this.runs, (each) => this.redraw(each));
    chart.told = member.runs;
    chart.element.chart = chart;
    this.charts.set(key, chart);
    this.inSight.observe(chart.element);
    return chart;
  }

  remove(key, chart) {
    this.inSight.unobserve(chart.element);
    chart.close();
    this.charts.delete(key);
  }

  onsight(entries) {
    for (const { target, isIntersecting } of entries) {
      target.chart.isInSight = isIntersecting;
      if (isIntersecting) this.redraw(target.chart);
    }
  }

  /** Draws a chart, or all, if it is in sight; once a frame at most, with what is chosen by then. */
  redraw(chart = null) {
    for (const each of chart ? [chart] : this.charts.values()) this.dirty.add(each);
    if (!this.isWorking) this.work();
  }

  async work() {
    this.isWorking = true;
    while (this.dirty.size) {
      await new Promise(requestAnimationFrame);
      const charts = [...this.dirty].filter((chart) => chart.isInSight);
      this.dirty.clear();
      if (charts.length) await this.show(charts);
    }
    this.isWorking = false;
  }

  async show(charts) {
    const started = performance.now();
    let points = 0, drawMs = 0, slowest = 0;
    const results = await Promise.allSettled(charts.map(async (chart) => {
      await chart.load();
      const drawn = chart.draw();
      points += drawn.points;
      drawMs += drawn.ms;
      slowest = Math.max(slowest, drawn.ms);
    }));
    const now = performance.now(), failed = results.find((result) => result.status === "rejected");
    if (failed) return this.diagnose({ text: `Curves could not be read: ${failed.reason.message}` });
    this.openedMs ??= now;
    this.diagnose({
      charts: charts.length, points, drawMs, slowestChartMs: slowest, totalMs: now - started, openedMs: this.openedMs, drawings: (this.drawings = (this.drawings ?? 0) + 1),
      text: `${charts.length} charts for ${whole(points)} points: ${(now - started).toFixed(0)} ms, drawing ${drawMs.toFixed(1)} ms of them (the slowest chart ${slowest.toFixed(1)} ms)`,
    });
  }

  restyle() {
    this.redraw();
  }

  close() {
    this.dirty.clear();
    this.diagnose = () => {};
    this.inSight.disconnect();
    for (const chart of this.charts.values()) chart.close();
  }
}
