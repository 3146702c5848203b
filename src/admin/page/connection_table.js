/** The rows of connections: opened by pointer and by keyboard, sorted by head. */
import {
  mainFact,
  otherFacts,
  stateMeaning,
  stateText,
  stateTone,
} from "./connection_words.js";
import { DataTable } from "./data_table.js";
import { byId, make, setAttribute } from "./dom.js";
import { bytesText, clockText, durationText, NOTHING } from "./units.js";
import { visible } from "./visible_text.js";

/** @import { ConnectionView } from "../api.ts" */
/** @import { Column } from "./data_table.js" */
/** @import { Query } from "./connection_list.js" */

/** @type {readonly (Column<ConnectionView> & { sort?: Query["sort"] })[]} */
const COLUMNS = [
  {
    label: "Connection",
    name: "id",
    sort: "accepted_at",
    text: ({ id }) => `#${id}`,
    detail: ({ accepted_at }) => clockText(accepted_at),
  },
  {
    label: "Protocol",
    name: "protocol",
    text: ({ protocol }) => visible(protocol ?? NOTHING, 40),
  },
  {
    label: "Host and facts",
    name: "facts wide",
    text: mainFact,
    detail: otherFacts,
    title: (view) => `${mainFact(view)} ${otherFacts(view)}`,
  },
  {
    label: "Target and rule",
    name: "target wide",
    text: ({ target }) => visible(target ?? NOTHING),
    detail: ({ rule, name }) =>
      [rule, name].filter((part) => part).map((part) => visible(part ?? ""))
        .join(" · "),
    title: ({ target, rule }) => visible(`${target ?? ""} ${rule ?? ""}`),
  },
  {
    label: "Client and listener",
    name: "client",
    text: ({ client }) => visible(client, 60),
    detail: ({ listener }) => visible(listener, 60),
  },
  {
    label: "Up",
    name: "up",
    kind: "number",
    sort: "bytes_up",
    text: ({ bytes_up }) => bytesText(bytes_up),
  },
  {
    label: "Down",
    name: "down",
    kind: "number",
    sort: "bytes_down",
    text: ({ bytes_down }) => bytesText(bytes_down),
  },
  {
    label: "Duration",
    kind: "number",
    sort: "duration_seconds",
    text: ({ duration_seconds }) => durationText(duration_seconds),
  },
  {
    label: "State",
    name: "state",
    text: stateText,
    tone: stateTone,
    title: stateMeaning,
  },
];

/** Rows of which one is in the order of the tab key; arrows lead to the others. */
export class ConnectionTable {
  #table;

  /**
   * @param {object} options
   * @param {(view: ConnectionView) => void} options.open
   * @param {(sort: Query["sort"]) => void} options.sort
   */
  constructor({ open, sort }) {
    const element = byId("connections-table", HTMLTableElement);
    this.#table = new DataTable(element, {
      caption: "Connections",
      key: ({ id }) => id,
      columns: COLUMNS,
      open,
      openLabel: (view) =>
        `Connection ${view.id}, ${mainFact(view)}, ${stateText(view)}: explain`,
    });
    this.#addSorts(sort);
    this.#table.body.addEventListener("click", ({ target }) => {
      const row = target instanceof Element ? target.closest("tr") : null;
      const view = row === null ? null : this.#table.itemOf(row);
      // Who marks text to copy it does not want to open anything.
      if (view !== null && String(getSelection()) === "") open(view);
    });
    this.#table.body.addEventListener("keydown", (event) => this.#press(event));
    this.#table.body.addEventListener("focusin", ({ target }) => {
      if (target instanceof HTMLElement) this.#makeStop(target);
    });
  }

  /**
   * @param {readonly ConnectionView[]} views
   * @param {Query["sort"]} sort
   */
  show(views, sort) {
    this.#table.show(views);
    for (const [index, head] of this.#table.heads.entries()) {
      const column = COLUMNS[index];
      const sorted = column?.sort === sort ? "descending" : null;
      setAttribute(head, "aria-sort", sorted);
    }
    const stop = this.#table.body.querySelector('button[tabindex="0"]');
    const first = this.#table.body.querySelector("button");
    if (stop === null && first !== null) this.#makeStop(first);
  }

  /** @param {(sort: Query["sort"]) => void} choose */
  #addSorts(choose) {
    for (const [index, head] of this.#table.heads.entries()) {
      const sort = COLUMNS[index]?.sort;
      if (sort === undefined) continue;
      const button = make("button", { type: "button" }, head.textContent ?? "");
      button.addEventListener("click", () => choose(sort));
      head.replaceChildren(button);
    }
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const buttons = [...this.#table.body.querySelectorAll("button")];
    const at = buttons.findIndex((button) => button === event.target);
    /** @type {Record<string, number>} */
    const places = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: buttons.length - 1,
    };
    const next = buttons[places[event.key] ?? -1];
    if (at === -1 || next === undefined) return;
    event.preventDefault();
    next.focus();
  }

  /** @param {HTMLElement} button */
  #makeStop(button) {
    const before = this.#table.body.querySelector('button[tabindex="0"]');
    if (before !== null && before !== button) {
      setAttribute(before, "tabindex", "-1");
    }
    setAttribute(button, "tabindex", "0");
  }
}
