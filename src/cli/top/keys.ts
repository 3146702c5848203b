/**
 * Keys from what a terminal sends.
 *
 * @module
 */

/** Keys that are no text. */
export type KeyName =
  | "up"
  | "down"
  | "page_up"
  | "page_down"
  | "home"
  | "end"
  | "enter"
  | "tab"
  | "escape"
  | "backspace"
  | "ctrl_c"
  | "ctrl_l"
  | "ctrl_u"
  | "ctrl_w";

/** A key that was pressed: a name, or a character. */
export type Key =
  | { readonly name: KeyName; readonly text?: never; readonly pasted?: never }
  | {
    readonly name?: never;
    /** One printable character; of a paste all of them. */
    readonly text: string;
    /** It was pasted: never a command. */
    readonly pasted?: true;
  };

const CONTROLS: Readonly<Record<string, KeyName>> = {
  "\x03": "ctrl_c",
  "\x08": "backspace",
  "\x09": "tab",
  "\x0a": "enter",
  "\x0c": "ctrl_l",
  "\x0d": "enter",
  "\x15": "ctrl_u",
  "\x17": "ctrl_w",
  "\x7f": "backspace",
};

/** By what follows `ESC [` or `ESC O` (xterm, VT220, Linux console). */
const SEQUENCES: Readonly<Record<string, KeyName>> = {
  A: "up",
  B: "down",
  F: "end",
  H: "home",
  "1~": "home",
  "4~": "end",
  "5~": "page_up",
  "6~": "page_down",
  "7~": "home",
  "8~": "end",
};

// deno-lint-ignore no-control-regex
const SEQUENCE = /^\x1b[[O]([0-?]*[ -/]*[@-~])/;
// deno-lint-ignore no-control-regex
const UNFINISHED = /^\x1b(?:[[O][0-?]*[ -/]*)?$/;
const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";

/**
 * Turns bytes into keys. A sequence that arrives in pieces, as over a slow line,
 * is kept until it is whole.
 */
export class KeyReader {
  readonly #decoder = new TextDecoder();
  #waiting = "";

  /** Whether something is kept that may be a lone Escape. */
  get waits(): boolean {
    return this.#waiting !== "" && !this.#waiting.startsWith(PASTE_START);
  }

  /** Takes bytes. @returns The keys that are whole. */
  push(bytes: Uint8Array): Key[] {
    this.#waiting += this.#decoder.decode(bytes, { stream: true });
    const keys: Key[] = [];
    while (this.#waiting !== "") {
      const taken = this.#next(keys);
      if (taken === 0) break;
      this.#waiting = this.#waiting.slice(taken);
    }
    return keys;
  }

  /** Nothing more came: what is kept is an Escape and not a sequence. */
  flush(): Key[] {
    if (!this.waits) return [];
    this.#waiting = "";
    return [{ name: "escape" }];
  }

  /** @returns How many characters were taken; 0: more must come. */
  #next(keys: Key[]): number {
    const text = this.#waiting;
    if (text.startsWith(PASTE_START)) return this.#paste(keys);
    if (UNFINISHED.test(text)) return 0;
    const found = SEQUENCE.exec(text);
    if (found !== null) {
      const name = SEQUENCES[found[1]!];
      if (name !== undefined) keys.push({ name });
      return found[0].length;
    }
    const [first] = text;
    const name = first === "\x1b" ? "escape" : CONTROLS[first!];
    if (name !== undefined) keys.push({ name });
    else if (isPrintable(first!)) keys.push({ text: first! });
    return first!.length;
  }

  #paste(keys: Key[]): number {
    const text = this.#waiting;
    const end = text.indexOf(PASTE_END);
    if (end < 0) return 0;
    const pasted = text.slice(PASTE_START.length, end);
    const shown = [...pasted].map((c) => isPrintable(c) ? c : " ").join("");
    keys.push({ text: shown.trim(), pasted: true });
    return end + PASTE_END.length;
  }
}

/** Whether a character can be shown as it is. */
function isPrintable(character: string): boolean {
  return !/[\p{C}\p{Zl}\p{Zp}]/u.test(character);
}
