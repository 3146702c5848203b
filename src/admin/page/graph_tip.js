/** The values of a graph at one time, beside the pointer. */
import { make } from "./dom.js";

/**
 * @typedef {object} TipRow
 * @property {string} name
 * @property {number} colour
 * @property {string} text
 */

/** A box over a graph. Screen readers get the same words from the graph. */
export class GraphTip {
  element = make("div", { class: "tip", hidden: "", "aria-hidden": "true" });

  /** Takes it away. */
  hide() {
    this.element.hidden = true;
  }

  /**
   * @param {object} shown
   * @param {string} shown.time
   * @param {readonly TipRow[]} shown.rows
   * @param {number} shown.x Where it points, in pixels from the left.
   * @param {number} shown.width Of the graph, which it does not leave.
   */
  show({ time, rows, x, width }) {
    this.element.replaceChildren(make("p", {}, time), ...rows.map(tipRow));
    this.element.hidden = false;
    const own = this.element.offsetWidth;
    // Beside the line, not over it.
    const left = x + own + 16 > width ? x - own - 12 : x + 12;
    this.element.style.transform = `translateX(${
      Math.max(0, Math.round(left))
    }px)`;
  }
}

/** @param {TipRow} row */
function tipRow({ name, colour, text }) {
  return make(
    "p",
    {},
    make("span", { class: `swatch series-${colour}` }),
    make("span", { class: "name" }, name),
    make("span", { class: "value" }, text),
  );
}
