/** The views of the page, one at a time, by the fragment of its address. */
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

/** Shows the view that the address names. */
export class Navigation {
  #views;
  #changed;
  #current = "";

  /**
   * @param {Readonly<Record<string, View>>} views By fragment; the first is shown
   *   when the address names none.
   * @param {() => void} changed Told when another one is shown.
   */
  constructor(views, changed) {
    this.#views = views;
    this.#changed = changed;
    addEventListener("hashchange", () => this.#go());
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

  #go() {
    const named = location.hash.slice(1);
    const names = Object.keys(this.#views);
    const next = names.includes(named) ? named : names[0] ?? "";
    if (next === this.#current) return;
    this.#views[this.#current]?.stop?.();
    this.#current = next;
    for (const name of names) {
      const link = byId(`link-${name}`, HTMLAnchorElement);
      byId(`view-${name}`, HTMLElement).hidden = name !== next;
      setAttribute(link, "aria-current", name === next ? "page" : null);
    }
    this.#views[next]?.start?.();
    this.#changed();
  }
}
