/** The table of connections, with its filters. */
import { ConnectionList } from "./connection_list.js";
import { ConnectionTable } from "./connection_table.js";
import { byId, keepOptions, setAttribute, setText } from "./dom.js";
import { Poller } from "./poller.js";
import { countText } from "./units.js";
import { visible } from "./visible_text.js";

/** @import { ConnectionView, State } from "../api.ts" */
/** @import { Api } from "./api.js" */

/** From one answer to the next question. */
const REFRESH_MS = 1000;
/** From the last key to the question. */
const TYPING_MS = 200;
/** Between two drawings because of reports. */
const DRAW_MS = 500;
/** The selects, by what they ask for. */
const SELECTS = /** @type {const} */ ([
  "state",
  "listener",
  "protocol",
  "target",
  "reason",
  "sort",
]);

/** Shows what fits the filters, a limited number of rows of it. */
export class ConnectionsView {
  #api;
  #list = new ConnectionList();
  #table;
  #poller;
  #search = byId("filter-q", HTMLInputElement);
  #limit = byId("filter-limit", HTMLSelectElement);
  #paused = false;
  #visible = false;
  /** Whether readers of the screen are to be told how many were found. */
  #tell = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #drawing;

  /**
   * @param {Api} api
   * @param {(view: ConnectionView) => void} open Opens what is known of one.
   */
  constructor(api, open) {
    this.#api = api;
    this.#table = new ConnectionTable({
      open,
      sort: (sort) => this.#choose("sort", sort),
    });
    this.#poller = new Poller(() => this.#refresh(), {
      pauseMs: () => REFRESH_MS,
      failed: () => {},
    });
    this.#search.addEventListener("input", () => this.#ask());
    byId("filters", HTMLFormElement).addEventListener(
      "change",
      () => this.#ask(),
    );
    byId("filters", HTMLFormElement).addEventListener("submit", (event) => {
      event.preventDefault();
    });
    byId("filter-clear", HTMLButtonElement).addEventListener("click", () => {
      byId("filters", HTMLFormElement).reset();
      this.#search.focus();
      this.#ask();
    });
    const more = byId("filter-more", HTMLButtonElement);
    more.addEventListener("click", () => {
      const shown = byId("filters", HTMLFormElement).toggleAttribute(
        "data-more",
      );
      setAttribute(more, "aria-expanded", String(shown));
    });
    byId("pause", HTMLButtonElement).addEventListener(
      "click",
      () => this.#pause(),
    );
    this.#ask();
  }

  /** Begins to ask; the view is looked at. */
  start() {
    this.#visible = true;
    if (!this.#paused) this.#poller.now();
  }

  /** Stops asking. */
  stop() {
    this.#visible = false;
    this.#poller.stop();
  }

  /**
   * Fills the filters with what there is.
   *
   * @param {State} state
   */
  show({ listeners, protocols, targets, closed }) {
    const fill = (/** @type {string} */ name, /** @type {string[]} */ values) =>
      keepOptions(select(name), values, (value) => visible(value, 60));
    fill("listener", listeners.map(({ listener }) => listener));
    fill("protocol", protocols.map(({ protocol }) => protocol));
    fill("target", targets.map(({ target }) => target));
    fill("reason", Object.keys(closed));
  }

  /**
   * Takes reports of connections that have ended.
   *
   * @param {readonly ConnectionView[]} reports
   */
  report(reports) {
    this.#list.report(reports);
    if (!this.#visible || this.#paused) return;
    this.#drawing ??= setTimeout(() => this.#draw(), DRAW_MS);
  }

  /** Shows what has become of a connection without waiting. */
  refresh() {
    if (this.#visible && !this.#paused) this.#poller.now();
  }

  #pause() {
    this.#paused = !this.#paused;
    const button = byId("pause", HTMLButtonElement);
    setAttribute(button, "aria-pressed", String(this.#paused));
    if (!this.#paused) return this.start();
    this.#poller.stop();
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
  }

  /**
   * @param {typeof SELECTS[number]} name
   * @param {string} value
   */
  #choose(name, value) {
    select(name).value = value;
    this.#ask();
  }

  #ask() {
    const chosen = SELECTS.map((name) => [name, select(name).value]);
    this.#list.ask({
      ...Object.fromEntries(chosen),
      q: this.#search.value.trim(),
      limit: Number(this.#limit.value),
    });
    this.#tell = true;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => {
      // A question is answered even while the table stands still.
      if (this.#visible) this.#poller.now();
    }, TYPING_MS);
    if (this.#visible) this.#draw();
  }

  async #refresh() {
    const asked = this.#list.asking();
    const answer = await this.#api.connections(asked.query);
    // What was on its way when the table was stopped does not move it.
    if (!this.#paused || !this.#list.isAnswered) {
      this.#list.answer(asked, answer);
      this.#draw();
    }
    if (this.#paused) this.#poller.stop();
  }

  #draw() {
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    const shown = this.#list.shown();
    this.#table.show(shown, this.#list.query.sort);
    this.#summarise(shown.length);
  }

  /** @param {number} count */
  #summarise(count) {
    const { matched, isAnswered, query } = this.#list;
    const words = count === 0
      ? ""
      : matched > count
      ? `${countText(count)} of ${countText(matched)}`
      : countText(count);
    setText(byId("connections-count", HTMLElement), words);
    const empty = byId("connections-empty", HTMLElement);
    empty.hidden = count > 0 || !isAnswered;
    setText(empty, emptyText(query));
    if (!this.#tell || !isAnswered) return;
    this.#tell = false;
    const told = byId("connections-told", HTMLElement);
    const noun = matched === 1 ? "connection" : "connections";
    setText(told, `${words === "" ? "No" : words} ${noun}`);
  }
}

/** @param {import("./connection_list.js").Query} query */
function emptyText({ state, q, listener, protocol, target, reason }) {
  if (q + listener + protocol + target + reason !== "") {
    const wider = state === "all" ? "" : ", or choose “open and ended”";
    return `No connection matches these filters. Clear them${wider}.`;
  }
  return state === "live"
    ? "No connection is open now. The ended ones are under “ended” above."
    : "No connections yet. Connect a client to one of the listeners.";
}

/** @param {string} name */
function select(name) {
  return byId(`filter-${name}`, HTMLSelectElement);
}
