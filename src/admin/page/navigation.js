/**
 * What of the page is shown, by the fragment of its address: a view, and what is
 * open in it, such as `#connections/42`.
 */
import { byId, setAttribute } from "./dom.js";

/** @import { State } from "../api.ts" */

/**
 * A view.
 *
 * @typedef {object} View
 * @property {(state: State) => void} show
 * @property {() => void} [start] It is looked at from now on.
 * @property {() => void} [stop] It is looked at no longer.
 */

/** State of an entry of the browser's history that was made by opening. */
const OPENED = "opened";

/** Shows what the address names. */
export class Navigation {
  #views;
  #changed;
  #opened;
  #current = "";
  #inner = "";
  /** Whether the browser is on its way to the entry before. */
  #leaving = false;
  /** What to open once it is there. */
  #next = "";

  /**
   * @param {Readonly<Record<string, View>>} views By fragment; the first is shown
   *   when the address names none.
   * @param {object} told
   * @param {() => void} told.changed Another view is shown.
   * @param {(name: string) => void} told.opened What is open in the view is
   *   another one; `""`: nothing.
   */
  constructor(views, { changed, opened }) {
    this.#views = views;
    this.#changed = changed;
    this.#opened = opened;
    addEventListener("hashchange", () => this.#arrive());
    byId("skip", HTMLAnchorElement).addEventListener("click", (event) => {
      event.preventDefault();
      byId("main", HTMLElement).focus();
    });
    this.#go();
  }

  /** The fragment of the view that is shown. */
  get current() {
    return this.#current;
  }

  /**
   * Opens something in the view that is shown: the browser's "back" closes it.
   *
   * @param {string} name
   */
  open(name) {
    if (this.#leaving) {
      this.#next = name;
      return;
    }
    globalThis.history.pushState(OPENED, "", `#${this.#current}/${name}`);
    this.#go();
  }

  /** Says that nothing is open any more. */
  close() {
    if (this.#inner === "") return;
    this.#inner = "";
    if (globalThis.history.state === OPENED) {
      this.#leaving = true;
      globalThis.history.back();
    } else {
      globalThis.history.replaceState(null, "", `#${this.#current}`);
    }
  }

  #arrive() {
    this.#leaving = false;
    this.#go();
    const next = this.#next;
    this.#next = "";
    if (next !== "") this.open(next);
  }

  #go() {
    const [named = "", inner = ""] = location.hash.slice(1).split("/");
    const names = Object.keys(this.#views);
    const known = names.includes(named);
    this.#show(known ? named : names[0] ?? "");
    const open = known ? inner : "";
    if (open === this.#inner) return;
    this.#inner = open;
    this.#opened(open);
  }

  /** @param {string} next */
  #show(next) {
    if (next === this.#current) return;
    this.#views[this.#current]?.stop?.();
    this.#current = next;
    for (const name of Object.keys(this.#views)) {
      const link = byId(`link-${name}`, HTMLAnchorElement);
      byId(`view-${name}`, HTMLElement).hidden = name !== next;
      setAttribute(link, "aria-current", name === next ? "page" : null);
    }
    this.#views[next]?.start?.();
    this.#changed();
  }
}
