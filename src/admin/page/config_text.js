/** The texts of the config with numbers of their lines. */
import { byId, make, setText } from "./dom.js";
import { FULL_LENGTH, visible, visibleLines } from "./visible_text.js";

/** @import { ConfigText as File } from "../api.ts" */

/** Shows one of several texts; can lead to a line of any. */
export class ConfigText {
  #box = byId("config-box", HTMLElement);
  #text = byId("config-text", HTMLElement);
  #marked = byId("config-mark", HTMLElement);
  #choice = byId("config-shown", HTMLSelectElement);
  /** @type {readonly File[]} */
  #files = [];
  #shown = "";

  constructor() {
    this.#choice.addEventListener("change", () => this.#showChosen());
  }

  /** @param {readonly File[]} files The config, and what it includes. */
  show(files) {
    const before = this.#files[this.#choice.selectedIndex]?.file;
    this.#files = files;
    this.#choice.replaceChildren(
      ...files.map(({ file }) =>
        make("option", {}, visible(file, FULL_LENGTH))
      ),
    );
    const same = files.findIndex(({ file }) => file === before);
    this.#choice.selectedIndex = Math.max(0, same);
    byId("config-files", HTMLElement).hidden = files.length < 2;
    this.#showChosen();
  }

  #showChosen() {
    const { text = "" } = this.#files[this.#choice.selectedIndex] ?? {};
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
    const [, file, number] = /^(.*?):(\d+)(?::\d+)?$/s.exec(place) ?? [];
    const line = Number(number);
    if (!(line > 0)) return;
    const at = this.#files.findIndex((other) => other.file === file);
    // A value's own file is not shown.
    if (at < 0) return;
    if (at !== this.#choice.selectedIndex) {
      this.#choice.selectedIndex = at;
      this.#showChosen();
    }
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
