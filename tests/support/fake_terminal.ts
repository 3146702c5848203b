/** A terminal in the test process, for top. */
import type {
  OpenTerminal,
  Terminal,
  TerminalHandlers,
} from "../../src/cli/top/terminal.ts";
import type { Size } from "../../src/cli/top/model.ts";
import { Changes } from "./changes.ts";
import { Screen } from "./screen.ts";
import { bytesOf } from "./tcp.ts";
import { within } from "./wait.ts";

/** A terminal that a test types on and looks at. */
export class FakeTerminal {
  readonly screen = new Screen();
  /** How often something was written, and was disposed of. */
  writes = 0;
  disposals = 0;
  size: Size;
  /** Rejects every write: nobody looks any more. */
  gone = false;
  handlers: TerminalHandlers | null = null;
  #keys: ReadableStreamDefaultController<Uint8Array> | null = null;
  readonly #changes = new Changes();

  constructor(size: Size = { columns: 80, rows: 24 }) {
    this.size = size;
  }

  /** Gives the terminal to a program. */
  readonly open: OpenTerminal = (handlers) => {
    this.handlers = handlers;
    this.screen.write("\x1b[?1049h");
    const terminal: Terminal = {
      input: new ReadableStream({ start: (keys) => void (this.#keys = keys) }),
      colours: true,
      size: () => this.size,
      write: (text) => this.#write(text),
      [Symbol.dispose]: () => {
        this.disposals++;
      },
    };
    return terminal;
  };

  /** Types. */
  type(text: string): void {
    this.#keys!.enqueue(bytesOf(text));
  }

  /** Nobody can type any more. */
  hangUp(): void {
    this.#keys!.close();
  }

  /** Waits until the screen shows what fits. @returns All its lines. */
  async shows(pattern: RegExp): Promise<string> {
    const shown = this.#changes.until(() => {
      const text = this.screen.lines.join("\n");
      return pattern.test(text) ? text : null;
    });
    try {
      return await within(`${pattern}`, shown);
    } catch (error) {
      throw new Error(`${error}\n${this.screen.lines.join("\n")}`);
    }
  }

  #write(text: string): Promise<void> {
    if (this.gone) return Promise.reject(new Error("gone"));
    this.writes++;
    this.screen.write(text);
    this.#changes.tell();
    return Promise.resolve();
  }
}
