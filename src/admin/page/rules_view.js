/** The rules of each listener, in the order in which `check` shows them. */
import { DataTable } from "./data_table.js";
import { byId, setText } from "./dom.js";
import { bytesText, countText } from "./units.js";
import { visible } from "./visible_text.js";

/** @import { ListenerState, RuleState, State } from "../api.ts" */
/** @import { Column } from "./data_table.js" */

/** Rows, at most: a config may have ten thousand rules. */
const MOST_ROWS = 500;

/** @typedef {RuleState & { listener: string }} ListedRule */

/** @type {readonly Column<ListenerState>[]} */
const LISTENER_COLUMNS = [
  {
    label: "Listener",
    name: "wide",
    text: ({ listener }) => visible(listener),
    detail: ({ listener, address }) =>
      address === listener ? "" : `bound to ${visible(address)}`,
  },
  { label: "Open", kind: "number", text: ({ active }) => countText(active) },
  {
    label: "Connections",
    kind: "number",
    text: ({ connections }) => countText(connections),
  },
  {
    label: "Refused",
    kind: "number",
    text: ({ refused }) => countText(refused),
  },
  { label: "Up", kind: "number", text: ({ bytes_up }) => bytesText(bytes_up) },
  {
    label: "Down",
    kind: "number",
    text: ({ bytes_down }) => bytesText(bytes_down),
  },
];

/** @type {readonly Column<ListedRule>[]} */
const RULE_COLUMNS = [
  {
    label: "Rule",
    name: "wide",
    text: ({ rule }) => visible(rule),
    detail: ({ name = "" }) => visible(name),
  },
  { label: "Listener", text: ({ listener }) => visible(listener, 60) },
  {
    label: "Action",
    text: ({ action }) => visible(action),
    tone: ({ action }) => action === "FORWARD" ? "good" : "idle",
  },
  {
    label: "Targets",
    name: "wide",
    text: ({ targets }) => visible(targets.join(", ")),
    title: ({ targets }) => visible(targets.join(", "), 1000),
  },
  {
    label: "Connections",
    kind: "number",
    text: ({ connections }) => countText(connections),
  },
];

/** Shows listeners and rules; a box finds among the rules. */
export class RulesView {
  #listeners = new DataTable(byId("listeners-table", HTMLTableElement), {
    caption: "Listeners",
    key: ({ listener }) => listener,
    columns: LISTENER_COLUMNS,
  });
  #rules = new DataTable(byId("rules-table", HTMLTableElement), {
    caption: "Rules",
    key: ({ listener, rule }) => `${listener} ${rule}`,
    columns: RULE_COLUMNS,
  });
  #search = byId("rules-q", HTMLInputElement);
  /** @type {readonly ListedRule[]} */
  #all = [];

  constructor() {
    this.#search.addEventListener("input", () => this.#showRules());
  }

  /** @param {State} state */
  show({ listeners }) {
    this.#listeners.show(listeners);
    this.#all = listeners.flatMap(({ listener, rules }) =>
      rules.map((rule) => ({ ...rule, listener }))
    );
    this.#showRules();
  }

  #showRules() {
    const words = this.#search.value.toLowerCase().split(/\s+/);
    const found = this.#all.filter((rule) => {
      const text = [
        rule.listener,
        rule.rule,
        rule.name,
        rule.action,
        ...rule.targets,
      ]
        .join(" ").toLowerCase();
      return words.every((word) => text.includes(word));
    });
    this.#rules.show(found.slice(0, MOST_ROWS));
    const count = `${countText(found.length)} of ${
      countText(this.#all.length)
    } rules`;
    setText(
      byId("rules-note", HTMLElement),
      found.length > MOST_ROWS
        ? `${count}, the first ${MOST_ROWS} are listed`
        : count,
    );
  }
}
