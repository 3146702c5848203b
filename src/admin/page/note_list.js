/** What `check` says about a config, as a list. */
import { make } from "./dom.js";
import { FULL_LENGTH, visible } from "./visible_text.js";

/** @import { ConfigNote } from "../api.ts" */

const TONES = { error: "bad", warning: "warn", info: "idle" };

/** Shows notes; is built anew only when they are others. */
export class NoteList {
  #element;
  #mark;
  #shown = "[]";

  /**
   * @param {HTMLElement} element An empty list.
   * @param {(place: string) => void} [mark] Leads to a place in the text.
   */
  constructor(element, mark) {
    this.#element = element;
    this.#mark = mark;
  }

  /** @param {readonly ConfigNote[]} notes */
  show(notes) {
    const text = JSON.stringify(notes);
    if (text === this.#shown) return;
    this.#shown = text;
    this.#element.replaceChildren(...notes.map((note) => this.#item(note)));
  }

  /** @param {ConfigNote} note */
  #item({ place, severity, message }) {
    const tone = TONES[severity] ?? "idle";
    return make(
      "li",
      {},
      make("span", { class: "chip", "data-tone": tone }, visible(severity)),
      this.#place(place),
      make("span", { class: "message" }, visible(message, FULL_LENGTH)),
    );
  }

  /** @param {string} place */
  #place(place) {
    const mark = this.#mark;
    const shown = visible(place, 200);
    if (mark === undefined) return make("span", { class: "place" }, shown);
    const button = make("button", { type: "button", class: "place" }, shown);
    button.addEventListener("click", () => mark(place));
    return button;
  }
}
