/**
 * A table whose rows are kept by a key: what has not changed is not touched, so
 * that focus and selection stay and the browser has little to do.
 */
import { keepChildren, make, setAttribute, setText } from "./dom.js";
import { NOTHING } from "./units.js";

/**
 * A column: what each cell says of an item.
 *
 * @template T
 * @typedef {object} Column
 * @property {string} label
 * @property {(item: T) => string} text
 * @property {(item: T) => string} [detail] A second, quieter line.
 * @property {(item: T) => string} [tone] `good`, `warn`, `bad` or `idle`: a dot.
 * @property {(item: T) => string} [title] What a pointer is shown.
 * @property {"text" | "number" | "code"} [kind] Default: `text`.
 * @property {string} [name] Class of the cells.
 */

/**
 * @template T
 * @typedef {object} TableOptions
 * @property {string} caption Name of the table, for those who do not see it.
 * @property {(item: T) => string | number} key
 * @property {readonly Column<T>[]} columns
 * @property {(item: T) => void} [open] Makes the first column a button.
 * @property {(item: T) => string} [openLabel] What that button does, in words.
 * @property {(item: T) => number} [colour] A swatch before the first column.
 */

/**
 * @typedef {object} Cell
 * @property {HTMLElement} cell
 * @property {HTMLElement} text
 * @property {HTMLElement | null} detail
 */

/** @template T */
export class DataTable {
  #table;
  #options;
  #body = make("tbody", { role: "rowgroup" });
  /** @type {Map<string | number, Row<T>>} */
  #rows = new Map();

  /**
   * @param {HTMLTableElement} table An empty one; gets its head and caption.
   * @param {TableOptions<T>} options
   */
  constructor(table, options) {
    this.#table = table;
    this.#options = options;
    // Roles of their own: on a narrow screen the rows are laid out as cards,
    // and browsers then forget that this is a table.
    setAttribute(table, "role", "table");
    table.append(
      make("caption", { class: "unseen" }, options.caption),
      head(options.columns),
      this.#body,
    );
  }

  /** The cells of the head, in the order of the columns. */
  get heads() {
    return [...this.#table.querySelectorAll("th")];
  }

  /** The body, for listeners. */
  get body() {
    return this.#body;
  }

  /**
   * Shows these items, in this order.
   *
   * @param {readonly T[]} items
   */
  show(items) {
    /** @type {Map<string | number, Row<T>>} */
    const kept = new Map();
    for (const item of items) {
      let key = this.#options.key(item);
      // Two of the same name are two rows all the same.
      while (kept.has(key)) key = `${key}+`;
      const row = this.#rows.get(key) ?? new Row(this.#options);
      row.fill(item);
      kept.set(key, row);
    }
    this.#rows = kept;
    keepChildren(this.#body, [...kept.values()].map(({ element }) => element));
    this.#table.hidden = items.length === 0;
  }

  /**
   * The item that a row shows.
   *
   * @param {Element} element
   */
  itemOf(element) {
    for (const row of this.#rows.values()) {
      if (row.element === element) return row.item;
    }
    return null;
  }
}

/** @template T */
class Row {
  #options;
  /** @type {readonly Cell[]} */
  #cells;
  /** @type {T | null} */
  item = null;

  /** @param {TableOptions<T>} options */
  constructor(options) {
    this.#options = options;
    this.#cells = options.columns.map((column, index) =>
      makeCell(column, index === 0 && options.open !== undefined)
    );
    this.element = make(
      "tr",
      { role: "row" },
      ...this.#cells.map(({ cell }) => cell),
    );
    this.#cells[0]?.text.addEventListener("click", (event) => {
      if (this.item === null || options.open === undefined) return;
      event.stopPropagation();
      options.open(this.item);
    });
  }

  /** @param {T} item */
  fill(item) {
    // Views are immutable: the same one says the same.
    if (item === this.item) return;
    this.item = item;
    const { columns, openLabel, colour } = this.#options;
    for (const [index, column] of columns.entries()) {
      const cell = this.#cells[index];
      if (cell !== undefined) fillCell(cell, column, item);
    }
    const first = this.#cells[0];
    if (first === undefined) return;
    if (openLabel) setAttribute(first.text, "aria-label", openLabel(item));
    if (colour) {
      setAttribute(first.text, "class", `main series-${colour(item)}`);
    }
  }
}

/** @param {readonly Column<any>[]} columns */
function head(columns) {
  const cells = columns.map(({ label, kind = "text", name = "" }) =>
    make("th", {
      scope: "col",
      role: "columnheader",
      class: `${kind} ${name}`.trim(),
    }, label)
  );
  return make(
    "thead",
    { role: "rowgroup" },
    make("tr", { role: "row" }, ...cells),
  );
}

/**
 * @param {Column<any>} column
 * @param {boolean} opens
 * @returns {Cell}
 */
function makeCell({ label, kind = "text", name = "", detail }, opens) {
  const text = opens
    ? make("button", { type: "button", class: "open", tabindex: "-1" })
    : make("span", { class: "main" });
  const second = detail === undefined
    ? null
    : make("span", { class: "detail" });
  const cell = make("td", {
    role: "cell",
    class: `${kind} ${name}`.trim(),
    "data-label": label,
  }, text);
  if (second !== null) cell.append(second);
  return { cell, text, detail: second };
}

/**
 * @template T
 * @param {Cell} cell
 * @param {Column<T>} column
 * @param {T} item
 */
function fillCell({ cell, text, detail }, column, item) {
  const said = column.text(item);
  setText(text, said);
  setAttribute(cell, "data-none", said === NOTHING ? "" : null);
  if (detail !== null) setText(detail, column.detail?.(item) ?? "");
  if (column.tone) setAttribute(cell, "data-tone", column.tone(item));
  if (column.title) setAttribute(cell, "title", column.title(item) || null);
}
