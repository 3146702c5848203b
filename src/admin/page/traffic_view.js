/** Traffic: two live graphs, and a table that is their legend and their text. */
import { Colours, OTHERS_COLOUR } from "./colours.js";
import { DataTable } from "./data_table.js";
import { byId, setText } from "./dom.js";
import { Graph } from "./graph.js";
import { TrafficHistory } from "./history.js";
import { bytesRateText, bytesText, countText, rateText } from "./units.js";
import { visible } from "./visible_text.js";

/** @import { State } from "../api.ts" */
/** @import { Band } from "./graph.js" */
/** @import { Grouping, Series } from "./history.js" */
/** @import { Column } from "./data_table.js" */

/**
 * A series with its colour.
 *
 * @typedef {Series & { colour: number }} Coloured
 */

/** @type {readonly Column<Coloured>[]} */
const COLUMNS = [
  { label: "Name", name: "wide", text: ({ name }) => visible(name) },
  ...numbers({
    "Open": ({ traffic }) => countText(traffic.active),
    "New now": ({ connections }) => rateText(connections.at(-1) ?? 0),
    "New at most": ({ connections }) => rateText(Math.max(0, ...connections)),
    "Up now": ({ up }) => bytesRateText(up.at(-1) ?? 0),
    "Down now": ({ down }) => bytesRateText(down.at(-1) ?? 0),
    "Connections": ({ traffic }) => countText(traffic.connections),
    "Bytes up": ({ traffic }) => bytesText(traffic.bytes_up),
    "Bytes down": ({ traffic }) => bytesText(traffic.bytes_down),
  }),
];

/** The first view of the page. */
export class TrafficView {
  #history = new TrafficHistory();
  #colours = new Colours();
  /** @type {Grouping} */
  #grouping = "protocol";
  #connections = new Graph("connections-graph", {
    text: rateText,
    kind: "decimal",
  });
  #bytes = new Graph("bytes-graph", { text: bytesRateText, kind: "binary" });
  #table = new DataTable(byId("traffic-table", HTMLTableElement), {
    caption: "Traffic by name, now and since the start",
    key: ({ name }) => name,
    columns: COLUMNS,
    colour: ({ colour }) => colour,
  });
  #now = 0;

  constructor() {
    byId("grouping", HTMLFieldSetElement).addEventListener(
      "change",
      (event) => {
        if (!(event.target instanceof HTMLInputElement)) return;
        this.#grouping = /** @type {Grouping} */ (event.target.value);
        this.#draw();
      },
    );
  }

  /**
   * Takes a state into the history; also while another view is looked at.
   *
   * @param {State} state
   */
  remember(state) {
    this.#history.add(state);
    this.#now = this.#history.now;
  }

  /** Shows what is remembered. */
  show() {
    this.#draw();
  }

  #draw() {
    const series = this.#history.series(this.#grouping).sort(busiestFirst);
    const colours = this.#colours.give(series.map(({ name }) => name));
    const coloured = series.map((each) => ({
      ...each,
      colour: colours.get(each.name) ?? OTHERS_COLOUR,
    }));
    const shown = { times: this.#history.times, now: this.#now };
    const connections = bands(coloured, (each) => each.connections);
    this.#connections.draw({ ...shown, bands: connections });
    this.#bytes.draw({ ...shown, bands: bands(coloured, bytesOf) });
    this.#table.show(coloured);
    setText(byId("traffic-note", HTMLElement), this.#note(series.length));
  }

  /** @param {number} count */
  #note(count) {
    if (count === 0) {
      return this.#grouping === "protocol"
        ? "No connections yet."
        : `The config has no ${this.#grouping}.`;
    }
    return this.#history.times.length < 2
      ? "The graphs start when this page is opened."
      : "";
  }
}

/**
 * What the graph shows: those with a colour of their own, by colour, so that none
 * jumps when another grows; the others together on top.
 *
 * @param {readonly Coloured[]} series
 * @param {(series: Coloured) => readonly number[]} valuesOf
 * @returns {Band[]}
 */
function bands(series, valuesOf) {
  const own = series.filter(({ colour }) => colour !== OTHERS_COLOUR)
    .sort((a, b) => a.colour - b.colour)
    .map((each) => ({
      name: visible(each.name, 40),
      colour: each.colour,
      values: valuesOf(each),
    }));
  const others = series.filter(({ colour }) => colour === OTHERS_COLOUR);
  if (others.length === 0) return own;
  const values = others.map(valuesOf).reduce(sums);
  const name = others.length === 1
    ? visible(others[0]?.name ?? "", 40)
    : `${countText(others.length)} others`;
  return [...own, { name, colour: OTHERS_COLOUR, values }];
}

/** @param {Series} series */
function bytesOf({ up, down }) {
  return sums(up, down);
}

/**
 * @param {readonly number[]} a
 * @param {readonly number[]} b
 */
function sums(a, b) {
  return a.map((value, i) => value + (b[i] ?? 0));
}

/**
 * By connections since the start: an order that seldom changes.
 *
 * @param {Series} a
 * @param {Series} b
 */
function busiestFirst(a, b) {
  return b.traffic.connections - a.traffic.connections ||
    (a.name < b.name ? -1 : 1);
}

/**
 * @param {Readonly<Record<string, (series: Coloured) => string>>} columns
 * @returns {Column<Coloured>[]}
 */
function numbers(columns) {
  return Object.entries(columns).map(([label, text]) => ({
    label,
    text,
    kind: "number",
  }));
}
