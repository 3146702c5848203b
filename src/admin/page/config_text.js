/** The text of the config with numbers of its lines. */
import { byId, setText } from "./dom.js";
import { visibleLines } from "./visible_text.js";

/** Shows a text; can lead to a line of it. */
export class ConfigText {
  #box = byId("config-box", HTMLElement);
  #text = byId("config-text", HTMLElement);
  #marked = byId("config-mark", HTMLElement);
  #shown = "";

  /** @param {string} text */
  show(text) {
    if (text === this.#shown) return;
    this.#shown = text;
    // One node each, however long the file is.
    const lines = text.replace(/\r?\n$/, "").split(/\r?\n/);
    setText(this.#text, visibleLines(lines.join("\n")));
    const numbers = lines.map((_, index) => index + 1).join("\n");
    setText(byId("config-lines", HTMLElement), numbers);
    this.#marked.hidden = true;
  }

  /**
   * Shows a line.
   *
   * @param {string} place `cfg.jsonc:12:9`.
   */
  mark(place) {
    const line = Number(/:(\d+)(?::\d+)?$/.exec(place)?.[1]);
    if (!(line > 0)) return;
    const lines = this.#shown.split("\n").length;
    const height = this.#text.scrollHeight / lines;
    const top = (line - 1) * height;
    this.#marked.hidden = false;
    this.#marked.style.top = `${this.#text.offsetTop + top}px`;
    this.#marked.style.height = `${height}px`;
    this.#box.scrollTop = Math.max(0, top - this.#box.clientHeight / 3);
    this.#box.focus();
  }
}
