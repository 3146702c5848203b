/** Commands in a pseudo terminal, by `script` of util-linux. */
import { Changes } from "./changes.ts";
import { Screen } from "./screen.ts";
import { within } from "./wait.ts";

/** What marks the end of the command in the output. */
const ENDED = /^ended with (\d+)\r?$/m;

/** A command in a terminal of its own. */
export class PseudoTerminal implements AsyncDisposable {
  readonly screen = new Screen();
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #changes = new Changes();
  #over = false;

  /**
   * Starts a command line of a POSIX shell in a terminal of 24 rows and 80
   * columns. The settings of the terminal are printed before and after it.
   */
  constructor(command: string, env: Readonly<Record<string, string>> = {}) {
    const line = [
      'echo "terminal $(tty)"; stty rows 24 cols 80',
      'echo "before $(stty -g)"',
      `${command}; code=$?`,
      'echo "after $(stty -g)"; echo "ended with $code"',
    ].join("; ");
    this.#child = new Deno.Command("script", {
      args: ["--quiet", "--flush", "--command", line, "/dev/null"],
      env: { TERM: "xterm-256color", SHELL: "/bin/sh", ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#keys = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /** Types. */
  async type(text: string): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(text));
  }

  /** Gives the terminal another size, which its programs hear of. */
  async resize(columns: number, rows: number): Promise<void> {
    const { success } = await new Deno.Command("stty", {
      args: [
        ...["-F", this.#printed("terminal")],
        ...["rows", String(rows), "cols", String(columns)],
      ],
    }).output();
    if (!success) throw new Error("stty failed");
  }

  /** Waits until the screen shows what fits. @returns All its lines. */
  async shows(pattern: RegExp): Promise<string> {
    return await this.#until(`${pattern}`, () => {
      const text = this.screen.lines.join("\n");
      return pattern.test(text) ? text : null;
    });
  }

  /** Waits until what it prints, line by line, fits. @returns All of it. */
  async prints(pattern: RegExp): Promise<string> {
    return await this.#until(
      `${pattern}`,
      () => pattern.test(this.screen.main) ? this.screen.main : null,
    );
  }

  /** Waits for the command to end. */
  async end(): Promise<{
    readonly code: number;
    /** The settings of the terminal, as `stty -g` prints them. */
    readonly before: string;
    readonly after: string;
  }> {
    const code = await this.#until(
      "the command's end",
      () => ENDED.exec(this.screen.main)?.[1] ?? null,
    );
    return {
      code: Number(code),
      before: this.#printed("before"),
      after: this.#printed("after"),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#keys.close().catch(() => {});
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.#child.status;
    await this.#reading;
  }

  #printed(name: string): string {
    const found = new RegExp(`^${name} (.*?)\r?$`, "m").exec(this.screen.main);
    return found?.[1] ?? "";
  }

  async #until<T>(what: string, look: () => T | null): Promise<T> {
    const looking = this.#changes.until(() => {
      const seen = look();
      if (seen === null && this.#over) throw new Error("the terminal is gone");
      return seen;
    });
    try {
      return await within(what, looking);
    } catch (error) {
      const shown = [this.screen.main, ...this.screen.lines].join("\n");
      throw new Error(`${what}: ${error}\n${shown}`);
    }
  }

  async #read(): Promise<void> {
    const text = this.#child.stdout.pipeThrough(new TextDecoderStream());
    for await (const piece of text) {
      this.screen.write(piece);
      this.#changes.tell();
    }
    this.#over = true;
    this.#changes.tell();
  }
}
