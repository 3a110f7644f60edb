// Chromium without a window, driven through its DevTools protocol over a pipe: nothing to install but the browser.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required", "--hide-scrollbars", "--remote-debugging-pipe"];

export class Chromium {
  /** @param size { width, height } of the page */
  static async start({ executable = process.env.CHROMIUM ?? "chromium", width = 1280, height = 860 } = {}) {
    const browser = new Chromium(executable);
    const { targetId } = await browser.send("Target.createTarget", { url: "about:blank" });
    browser.session = (await browser.send("Target.attachToTarget", { targetId, flatten: true })).sessionId;
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await browser.send(`${domain}.enable`);
    await browser.resize(width, height);
    return browser;
  }

  constructor(executable) {
    this.profile = mkdtempSync(join(tmpdir(), "rvcnative-chromium-"));
    Object.assign(this, { waiting: new Map(), faults: [], number: 0, rest: "", session: undefined, address: null });
    this.process = spawn(executable, [...flags, `--user-data-dir=${this.profile}`], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    this.process.on("exit", (code) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`${executable} ended with ${code}`));
    });
    this.process.stdio[4].setEncoding("utf8").on("data", (text) => {
      const messages = (this.rest + text).split("\0");
      this.rest = messages.pop();
      for (const message of messages) this.hear(JSON.parse(message));
    });
  }

  hear({ id, result, error, method, params }) {
    if (id !== undefined) {
      const { resolve, reject, what } = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) reject(new Error(`${what}: ${error.message}`));
      else resolve(result);
    } else if (method === "Runtime.exceptionThrown") this.faults.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    else if (method === "Runtime.consoleAPICalled" && params.type === "error") this.faults.push(params.args.map((each) => each.value ?? each.description).join(" "));
    else if (method === "Log.entryAdded" && params.entry.level === "error") this.faults.push(`${params.entry.text} ${params.entry.url ?? ""}`);
    else if (method === "Network.requestWillBeSent" && this.address && !params.request.url.startsWith(this.address) && !/^(blob|data):/.test(params.request.url)) this.faults.push(`asks ${params.request.url}`);
  }

  send(method, params = {}) {
    const id = ++this.number;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, what: method });
      this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId: this.session })}\0`);
    });
  }

  resize(width, height, scale = 1) {
    return this.send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: scale, mobile: false });
  }

  /** Opens a page from nothing: what was there is gone, and whatever it asks of another address counts as a fault. */
  async open(address) {
    await this.send("Page.navigate", { url: "about:blank" });
    this.address = new URL(address).origin;
    await this.send("Page.navigate", { url: address });
  }

  /** The value of an expression, which may be a promise, in the page. */
  async value(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true, userGesture: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`);
    return result.value;
  }

  /** Waits until an expression is true in the page, and gives it. */
  async until(expression, patienceMs = 30000) {
    for (const end = Date.now() + patienceMs; Date.now() < end;) {
      const value = await this.value(expression).catch(() => undefined);
      if (value) return value;
      await new Promise((done) => setTimeout(done, 20));
    }
    throw new Error(`did not become true: ${expression}; ${this.faults.join("; ")}`);
  }

  /** The middle of an element, in the page's pixels. */
  place(selector) {
    return this.value(`(() => { const e = document.querySelector(${JSON.stringify(selector)}); e.scrollIntoView({ block: "nearest" }); const r = e.getBoundingClientRect(); return { x: r.x + r.width / 2, y: r.y + r.height / 2, left: r.x, top: r.y, width: r.width, height: r.height }; })()`);
  }

  mouse(type, x, y, more = {}) {
    return this.send("Input.dispatchMouseEvent", { type, x, y, ...more });
  }

  async drag(from, to) {
    const held = { button: "left", buttons: 1, clickCount: 1 };
    await this.mouse("mouseMoved", from.x, from.y);
    await this.mouse("mousePressed", from.x, from.y, held);
    await this.mouse("mouseMoved", to.x, to.y, held);
    await this.mouse("mouseReleased", to.x, to.y, held);
  }

  async click(selector) {
    const { x, y } = await this.place(selector);
    await this.drag({ x, y }, { x, y });
  }

  /** @param key as KeyboardEvent.key has it */
  async press(key, code = key) {
    const codes = { Enter: 13, Escape: 27, " ": 32, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40, Tab: 9 };
    const text = key === "Enter" ? "\r" : key.length === 1 ? key : undefined;
    const press = { key, code: key === " " ? "Space" : code, windowsVirtualKeyCode: codes[key] ?? key.toUpperCase().charCodeAt(0) };
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", text, ...press });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...press });
  }

  async screenshot(path) {
    const { data } = await this.send("Page.captureScreenshot", { format: "png" });
    writeFileSync(path, Buffer.from(data, "base64"));
  }

  async close() {
    const ended = new Promise((done) => this.process.once("exit", done));
    this.session = undefined;
    await this.send("Browser.close").catch(() => {});
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
