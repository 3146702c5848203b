/** Where a peer can send a connection, each an address of 127.0.0.0/8. */

/** What a peer says of a connection by where it sends it. */
export interface Answer {
  /** The protocol it named; `null`: none, or it closed the connection. */
  readonly protocol: string | null;
  /** The host that it went by; `null`: none. */
  readonly host: string | null;
}

/** The answer of a peer that named nothing. */
export const NOTHING: Answer = Object.freeze({ protocol: null, host: null });

/** The destinations of a run, which all peers share. */
export class Destinations {
  /** For what is not named. */
  static readonly REST = "127.1.0.1";
  readonly #answers = new Map<string, Answer>([[Destinations.REST, NOTHING]]);
  readonly #addresses = new Map<string, string>();

  /** The address for a protocol, or for a host of it. */
  address(protocol: string, host: string | null = null): string {
    const key = `${protocol}/${host ?? ""}`;
    const known = this.#addresses.get(key);
    if (known !== undefined) return known;
    const index = this.#answers.size + 1;
    const address = `127.1.${index >> 8}.${index & 0xff}`;
    this.#addresses.set(key, address);
    this.#answers.set(address, { protocol, host });
    return address;
  }

  /**
   * What was meant by an address.
   *
   * @throws {Error} When no destination has it.
   */
  answer(address: string): Answer {
    const answer = this.#answers.get(address);
    if (answer === undefined) throw new Error(`No destination is "${address}"`);
    return answer;
  }
}
