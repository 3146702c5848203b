/**
 * The directives that hold for a server: its own, or else those of `stream`.
 *
 * @module
 */
import type { Argument, Block, Directive } from "./directives.ts";

/** A server of nginx with what it inherits. */
export class Scope {
  readonly #server: Block;
  readonly #stream: Block;

  /** Makes the scope of a server. */
  constructor(server: Block, stream: Block) {
    this.#server = server;
    this.#stream = stream;
  }

  /** Takes a directive. */
  one(name: string): Directive | undefined {
    // Both are taken: what is overridden counts as well.
    const inherited = this.#stream.one(name);
    return this.#server.one(name) ?? inherited;
  }

  /** Takes a directive of the server itself. */
  own(name: string): Directive | undefined {
    return this.#server.one(name);
  }

  /** Takes all directives of some names, in their order; none are mixed. */
  all(...names: readonly string[]): readonly Directive[] {
    const both = [this.#server, this.#stream]
      .map((block) => block.allOf(names));
    return both.find((found) => found.length > 0) ?? [];
  }

  /** Takes a switch; `undefined`: it is off, or not there. */
  on(name: string): Directive | undefined {
    const found = this.one(name);
    return found?.args[0]?.text === "on" ? found : undefined;
  }

  /** Takes the only argument of a directive. */
  value(name: string): Argument | undefined {
    return this.one(name)?.args[0];
  }
}
