/** One live graph: areas that stand on one another, over the last minutes. */
import { byId, setAttribute } from "./dom.js";
import { areaPath, axisLines, nearestIndex, stacked } from "./graph_scale.js";
import { GraphTip } from "./graph_tip.js";
import { HISTORY_MS } from "./history.js";
import { drawn } from "./svg.js";
import { clockText } from "./units.js";

/** Room around the areas, in pixels. */
const LEFT = 72;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 22;
const MINUTE_MS = 60_000;

/**
 * A series as the graph shows it.
 *
 * @typedef {object} Band
 * @property {string} name
 * @property {number} colour Number of its colour, from 0.
 * @property {readonly number[]} values
 */

/**
 * @typedef {object} GraphOptions
 * @property {(value: number) => string} text A value with its unit.
 * @property {"decimal" | "binary"} kind
 */

/** Draws into a `div` of the page, which is as large as its style says. */
export class Graph {
  #plot;
  #options;
  #svg = drawn("svg", { "aria-hidden": "true" });
  #tip = new GraphTip();
  /** @type {readonly number[]} */
  #times = [];
  /** @type {readonly Band[]} */
  #bands = [];
  #now = 0;
  /** Time that the reader looks at; `null`: none. @type {number | null} */
  #looked = null;
  #width = 0;
  #height = 0;

  /**
   * @param {string} id
   * @param {GraphOptions} options
   */
  constructor(id, options) {
    this.#plot = byId(id, HTMLDivElement);
    this.#options = options;
    this.#plot.append(this.#svg, this.#tip.element);
    new ResizeObserver(() => this.#resize()).observe(this.#plot);
    this.#plot.addEventListener("pointermove", (event) => this.#point(event));
    this.#plot.addEventListener("pointerleave", () => this.#look(null));
    this.#plot.addEventListener("blur", () => this.#look(null));
    this.#plot.addEventListener("keydown", (event) => this.#press(event));
  }

  /**
   * @param {object} shown
   * @param {readonly number[]} shown.times In milliseconds since the epoch.
   * @param {readonly Band[]} shown.bands The lowest first.
   * @param {number} shown.now Where the graph ends.
   */
  draw({ times, bands, now }) {
    this.#times = times;
    this.#bands = bands;
    this.#now = now;
    this.#paint();
  }

  #resize() {
    this.#width = this.#plot.clientWidth;
    this.#height = this.#plot.clientHeight;
    setAttribute(this.#svg, "viewBox", `0 0 ${this.#width} ${this.#height}`);
    this.#paint();
  }

  #paint() {
    if (this.#width === 0) return;
    const edges = stacked(this.#bands.map(({ values }) => values));
    const most = Math.max(0, ...edges.at(-1) ?? []);
    const lines = axisLines(most, this.#options.kind);
    const top = lines.at(-1) ?? 1;
    this.#svg.replaceChildren(
      ...this.#axis(lines, top),
      ...this.#areas(edges, top),
    );
    this.#describe(most);
    this.#mark();
  }

  /** @param {number} at */
  #x(at) {
    const width = this.#width - LEFT - RIGHT;
    return LEFT + width * Math.max(0, 1 - (this.#now - at) / HISTORY_MS);
  }

  /**
   * @param {readonly number[]} lines
   * @param {number} top
   */
  #axis(lines, top) {
    const bottom = this.#height - BOTTOM;
    const across = lines.flatMap((value) => {
      const y = bottom - (bottom - TOP) * value / top;
      const text = drawn("text", { x: LEFT - 8, y: y + 4, class: "y" });
      // `2.0/s` is exact here: it is a line.
      text.textContent = this.#options.text(value).replace(/\.0+(?=\D)/, "");
      const line = { x1: LEFT, x2: this.#width - RIGHT, y1: y, y2: y };
      return [drawn("line", line), text];
    });
    const minutes = [5, 4, 3, 2, 1, 0].map((minute) => {
      const x = this.#x(this.#now - minute * MINUTE_MS);
      const text = drawn("text", { x, y: this.#height - 5, class: "x" });
      text.textContent = minute === 0 ? "now" : `−${minute} min`;
      if (minute === 0) setAttribute(text, "class", "x last");
      return text;
    });
    return [...across, ...minutes];
  }

  /**
   * @param {readonly number[][]} edges
   * @param {number} top
   */
  #areas(edges, top) {
    const bottom = this.#height - BOTTOM;
    const xs = this.#times.map((at) => this.#x(at));
    const ys = edges.map((edge) =>
      edge.map((value) => bottom - (bottom - TOP) * value / top)
    );
    const ground = xs.map(() => bottom);
    return this.#bands.map(({ colour, values }, i) =>
      drawn("path", {
        d: areaPath(xs, ys[i] ?? [], ys[i - 1] ?? ground),
        // One that is nothing would edge what is below it in its own colour.
        class: values.some((value) => value > 0)
          ? `band series-${colour}`
          : "band",
      })
    );
  }

  /** @param {number} most */
  #describe(most) {
    if (this.#looked !== null) return;
    const { text } = this.#options;
    const now = this.#bands.reduce((sum, b) => sum + (b.values.at(-1) ?? 0), 0);
    const words = `now ${text(now)}, at most ${
      text(most)
    } in the last 5 minutes`;
    setAttribute(this.#plot, "aria-valuetext", words);
    setAttribute(this.#plot, "aria-valuenow", "0");
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const { left } = this.#plot.getBoundingClientRect();
    const width = this.#width - LEFT - RIGHT;
    const share = (event.clientX - left - LEFT) / width;
    this.#look(this.#now - (1 - share) * HISTORY_MS);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const index = this.#lookedIndex() ?? this.#times.length - 1;
    /** @type {Record<string, number>} */
    const places = {
      ArrowLeft: index - 1,
      ArrowRight: index + 1,
      PageUp: index - 30,
      PageDown: index + 30,
      Home: 0,
      End: this.#times.length - 1,
    };
    const place = places[event.key];
    if (event.key === "Escape") this.#look(null);
    if (place === undefined || this.#times.length === 0) return;
    event.preventDefault();
    const bounded = Math.min(Math.max(place, 0), this.#times.length - 1);
    this.#look(this.#times[bounded] ?? null);
  }

  /** @param {number | null} at */
  #look(at) {
    this.#looked = at;
    this.#paint();
  }

  /** The sample that is nearest to where the reader looks. */
  #lookedIndex() {
    return this.#looked === null
      ? null
      : nearestIndex(this.#times, this.#looked);
  }

  /** Shows the values at the time that the reader looks at. */
  #mark() {
    const index = this.#lookedIndex();
    const at = index === null ? undefined : this.#times[index];
    if (index === null || at === undefined) return this.#tip.hide();
    const x = this.#x(at);
    const line = { x1: x, x2: x, y1: TOP, y2: this.#height - BOTTOM };
    this.#svg.append(drawn("line", { ...line, class: "cursor" }));
    const rows = this.#bands.map(({ name, colour, values }) => ({
      name,
      colour,
      text: this.#options.text(values[index] ?? 0),
    })).reverse();
    const time = clockText(at);
    this.#tip.show({ time, rows, x, width: this.#width });
    const words = rows.map(({ name, text }) => `${name} ${text}`).join(", ");
    setAttribute(this.#plot, "aria-valuetext", `${time}: ${words}`);
    const ago = Math.round((at - this.#now) / 1000);
    setAttribute(this.#plot, "aria-valuenow", String(ago));
  }
}
