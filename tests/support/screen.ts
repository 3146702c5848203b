/** What a terminal shows of what was written to it: as much as top needs. */

/** A screen of a terminal, and the modes that top sets. */
export class Screen {
  /** Whether the alternate screen shows. */
  alternate = false;
  cursor = true;
  wrap = true;
  marksPaste = false;
  /** Whether anything was drawn in another style than the usual one. */
  coloured = false;
  /** What was written while the main screen showed. */
  main = "";
  #lines: string[] = [];
  #row = 0;
  #column = 0;
  #rest = "";

  /** Takes what is written; a sequence may come in pieces. */
  write(text: string): void {
    const all = this.#rest + text;
    this.#rest = "";
    // deno-lint-ignore no-control-regex
    const pieces = /\x1b\[[0-?]*[@-~]|\x1b(?:\[[0-?]*)?$|\x1b.|[^\x1b]+/gs;
    for (const [piece] of all.matchAll(pieces)) {
      // deno-lint-ignore no-control-regex
      if (/^\x1b(?:\[[0-?]*)?$/.test(piece)) this.#rest = piece;
      else if (piece.startsWith("\x1b[")) this.#obey(piece.slice(2));
      else if (piece.startsWith("\x1b")) throw new Error(JSON.stringify(piece));
      else if (this.alternate) this.#put(piece);
      else this.main += piece;
    }
  }

  /** The lines, without spaces at their ends. */
  get lines(): string[] {
    return Array.from(this.#lines, (line = "") => line.trimEnd());
  }

  #put(text: string): void {
    if (/\p{Cc}/u.test(text)) throw new Error(JSON.stringify(text));
    const line = (this.#lines[this.#row] ?? "").padEnd(this.#column);
    const end = this.#column + text.length;
    this.#lines[this.#row] = line.slice(0, this.#column) + text +
      line.slice(end);
    this.#column = end;
  }

  #obey(sequence: string): void {
    const mode = /^\?(\d+)([hl])$/.exec(sequence);
    if (mode !== null) return this.#set(mode[1]!, mode[2] === "h");
    // What others do before and behind is no concern of the test.
    if (!this.alternate) return;
    const place = /^(\d+);1H$/.exec(sequence);
    if (place !== null) {
      this.#row = Number(place[1]) - 1;
      this.#column = 0;
    } else if (sequence === "2J") this.#lines = [];
    else if (sequence === "K") {
      const line = this.#lines[this.#row] ?? "";
      this.#lines[this.#row] = line.slice(0, this.#column);
    } else if (/^[\d;]*m$/.test(sequence)) {
      if (sequence !== "0m") this.coloured = true;
    } else throw new Error(`unknown sequence ${sequence}`);
  }

  #set(mode: string, on: boolean): void {
    if (mode === "1049") this.alternate = on;
    else if (mode === "25") this.cursor = on;
    else if (mode === "7") this.wrap = on;
    else if (mode === "2004") this.marksPaste = on;
    else throw new Error(`unknown mode ${mode}`);
  }
}
