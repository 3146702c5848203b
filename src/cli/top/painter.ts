/**
 * Lines onto a terminal, only those that changed.
 *
 * @module
 */
import { cellWidth } from "./cells.ts";
import type { Line, Size, Style } from "./model.ts";

/** What sets each style (ECMA-48 8.3.117). */
const STYLES: Readonly<Record<Style, string>> = {
  plain: "",
  title: "\x1b[1m",
  header: "\x1b[1;36m",
  selected: "\x1b[7m",
  good: "\x1b[1;32m",
  bad: "\x1b[1;31m",
};
const NO_STYLE = "\x1b[0m";
const CLEAR_LINE = "\x1b[K";
const CLEAR_SCREEN = "\x1b[2J";

/** Remembers what the terminal shows, and says how to change it. */
export class Painter {
  readonly #colours: boolean;
  #shown: readonly Line[] = [];
  #size: Size = { columns: 0, rows: 0 };

  /** @param colours Whether lines may have a style. */
  constructor(colours: boolean) {
    this.#colours = colours;
  }

  /** Forgets what the terminal shows: all is drawn the next time. */
  forget(): void {
    this.#size = { columns: 0, rows: 0 };
  }

  /**
   * What to write, in one piece, so that the terminal shows these lines; empty
   * when it does.
   *
   * @param lines As many as the screen has rows, none wider than it.
   */
  paint(lines: readonly Line[], size: Size): string {
    const all = size.columns !== this.#size.columns ||
      size.rows !== this.#size.rows;
    let text = all ? NO_STYLE + CLEAR_SCREEN : "";
    lines.forEach((line, row) => {
      const old = all ? undefined : this.#shown[row];
      if (old?.text === line.text && old.style === line.style) return;
      text += `\x1b[${row + 1};1H` + this.#styled(line);
      // Behind a full line the cursor stands on its last character.
      if (cellWidth(line.text) < size.columns) text += CLEAR_LINE;
    });
    this.#shown = lines;
    this.#size = size;
    return text;
  }

  #styled({ text, style }: Line): string {
    const begin = this.#colours ? STYLES[style] : "";
    return begin === "" ? text : begin + text + NO_STYLE;
  }
}
