/**
 * A parser that is a program of its own and is asked in batches.
 *
 * @module
 */

/** Asks a program: see `http_heads.mjs` for what goes over its pipes. */
export class OracleProgram<Answer> {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #text = "";

  /** Starts the program; it lives until {@linkcode OracleProgram.close}. */
  constructor(command: string, args: readonly string[]) {
    this.#child = new Deno.Command(command, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#reader = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
  }

  /** What it says of each. */
  async ask(batch: readonly Uint8Array[]): Promise<Answer[]> {
    const size = batch.reduce((sum, { length }) => sum + 4 + length, 4);
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, batch.length);
    let at = 4;
    for (const each of batch) {
      view.setUint32(at, each.length);
      bytes.set(each, at + 4);
      at += 4 + each.length;
    }
    const written = this.#writer.write(bytes);
    const line = await this.#line();
    await written;
    return JSON.parse(line) as Answer[];
  }

  async #line(): Promise<string> {
    let end = this.#text.indexOf("\n");
    while (end < 0) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("The program has ended");
      this.#text += value;
      end = this.#text.indexOf("\n");
    }
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }

  /** Ends it. */
  async close(): Promise<void> {
    await this.#writer.close();
    await this.#reader.cancel();
    await this.#child.status;
  }
}
