/**
 * The beginning of the body of a Kafka request, held against the fields that
 * such a request begins with.
 *
 * @module
 */
import type { More, No } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { be16, be32 } from "../expect.ts";
import { REQUESTS } from "./kafka_requests.ts";

/** How long the fixed types are. */
const FIXED: Readonly<Record<string, number>> = {
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uuid: 16,
};
/** Longest text that is taken: the name of a topic has 249 bytes. */
const MAX_TEXT_BYTES = 1024;

/** Where a body begins, and where the request ends. */
export interface BodyPlace {
  readonly start: number;
  readonly end: number;
}

/**
 * Looks at what follows the client id of a request.
 *
 * @returns `null`: it begins as such a request does.
 */
export function checkBody(
  view: Uint8Array,
  key: number,
  version: number,
  { start, end }: BodyPlace,
): No | More | null {
  const { maxVersion, flexible, fields } = REQUESTS[key]!;
  const body = new Body(view, start, end, version >= flexible);
  if (version >= flexible) body.noTags();
  // Of a newer version only the header is known.
  if (version <= maxVersion) {
    for (const { type, since, until } of fields) {
      if (since <= version && version <= until) body.read(type);
    }
  }
  return body.verdict;
}

/** Reads the fields of a body, as far as they are there. */
class Body {
  /** What is wrong or missing so far; `null`: nothing. */
  verdict: No | More | null = null;
  readonly #view: Uint8Array;
  readonly #end: number;
  readonly #flexible: boolean;
  #at: number;

  constructor(view: Uint8Array, at: number, end: number, flexible: boolean) {
    this.#view = view;
    this.#at = at;
    this.#end = end;
    this.#flexible = flexible;
  }

  /** Passes over the count of the header's tags, of which no client has any. */
  noTags(): void {
    if (this.#take(1) && this.#view[this.#at - 1] !== 0) this.verdict = NO;
  }

  read(type: string): void {
    const bytes = FIXED[type];
    if (bytes !== undefined) this.#take(bytes);
    else if (type === "acks") this.#acks();
    else if (type === "text") this.#text(false);
    else if (type === "text?") this.#text(true);
    else if (type === "bytes") this.#bytes();
    else this.#list(type);
  }

  /** Passes over bytes, if they are there. */
  #take(count: number): boolean {
    if (this.verdict !== null) return false;
    const at = this.#at + count;
    if (at > this.#end) this.verdict = NO;
    else if (at > this.#view.length) this.verdict = more(at);
    else this.#at = at;
    return this.verdict === null;
  }

  /** All, none, or the leader's. */
  #acks(): void {
    if (!this.#take(2)) return;
    const acks = be16(this.#view, this.#at - 2);
    if (acks !== 0xffff && acks > 1) this.verdict = NO;
  }

  #text(nullable: boolean): void {
    const length = this.#length(2);
    if (length < 0) {
      if (!nullable) this.verdict ??= NO;
      return;
    }
    if (length > MAX_TEXT_BYTES || this.#at + length > this.#end) {
      this.verdict = NO;
    }
    const start = this.#at;
    for (let i = start; i < start + length && this.verdict === null; i++) {
      if (this.#take(1) && this.#view[i]! < 0x20) this.verdict = NO;
    }
  }

  /** Bytes that fill the rest, but for the count of a flexible body's tags. */
  #bytes(): void {
    const length = this.#length(4);
    if (this.verdict === null && this.#at + length > this.#end) {
      this.verdict = NO;
    }
  }

  #list(type: string): void {
    const count = this.#length(4);
    if (this.verdict !== null) return;
    // An entry has two bytes at least, that of a text and its length.
    const left = this.#end - this.#at;
    const isTopics = type === "topics";
    if (count > left || (count < 1 && type === "texts")) this.verdict = NO;
    else if (count > 0 && (type === "texts" || isTopics)) {
      this.#text(isTopics);
    }
  }

  /** A length, -1 for none; also where it is not there. */
  #length(bytes: 2 | 4): number {
    if (this.#flexible) return this.#unsigned() - 1;
    if (!this.#take(bytes)) return -1;
    const at = this.#at - bytes;
    const length = bytes === 2 ? be16(this.#view, at) : be32(this.#view, at);
    if (length === (bytes === 2 ? 0xffff : 0xffffffff)) return -1;
    return length;
  }

  /** A number of 7 bits a byte, the lowest first; 0 where it is not there. */
  #unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      if (!this.#take(1)) return 0;
      const byte = this.#view[this.#at - 1]!;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    this.verdict = NO;
    return 0;
  }
}
