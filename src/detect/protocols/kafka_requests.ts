/**
 * The requests of Kafka: their versions, and the fields that their bodies begin
 * with.
 *
 * Wire ("Kafka protocol guide", and `*Request.json` of its sources): in versions
 * that are "flexible" texts and lists have a length that counts from 1, of 7 bits
 * a byte, and 0 for none; in others BE16 and BE32, -1 for none.
 *
 * @module
 */
import type { More, No } from "../detector.ts";
import { more, NO } from "../detector.ts";
import { be16, be32 } from "../expect.ts";

/** A kind of request. */
interface Request {
  readonly maxVersion: number;
  /** First flexible version; `Infinity`: there is none. */
  readonly flexible: number;
  /** The fields in their order. */
  readonly fields: readonly Field[];
}

/** A field at the beginning of a body. */
interface Field {
  readonly type: string;
  readonly since: number;
  readonly until: number;
}

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
const NEVER = Infinity;

/**
 * The requests by their key. A field is a type, and where it is not in all
 * versions `@` and those. `text?` may be none, of `list` nothing but the count is
 * read, and `texts` is a list of which each entry begins with a text.
 */
const REQUESTS: readonly Request[] = [
  request(11, 9, "text?@3- acks int32 texts@0-12"),
  request(17, 12, "int32@0-14 int32 int32 int32@3- int8@4- int32@7- int32@7-"),
  request(10, 6, "int32 int8@2- texts"),
  request(12, 9, "topics@0-9 list@10-"),
  request(7, 4, "int32 int8@7- int32 int64@2-"),
  request(4, 2, "int32 int8@4- int32 int64@1-"),
  request(8, 6, "int32 int8@8- int32 int64@5-"),
  request(3, 3, "int32 int64@2-"),
  request(9, 8, "text int32@1- text@1-"),
  request(9, 6, "text@0-7 list"),
  request(6, 3, "text@0-3 int8@1- texts@4-"),
  request(9, 6, "text int32 int32@1- text"),
  request(4, 4, "text int32 text"),
  request(5, 4, "text text@0-2 texts@3-"),
  request(5, 4, "text int32 text"),
  request(5, 5, "texts"),
  request(5, 3, "list@4- list@5-"),
  request(1, NEVER, "text"),
  request(4, 3, "text@3- text@3-"),
  request(7, 5, "texts"),
  request(6, 4, "texts@0-5 list@6-"),
  request(2, 2, "texts"),
  request(5, 2, "text? int32 int64@3- int16@3-"),
  request(4, 4, "int32@3- texts"),
  request(5, 3, "text@0-3 texts@4-"),
  request(4, 3, "text int64 int16 text"),
  request(5, 3, "text int64 int16 int8"),
  request(1, 1, "list"),
  request(4, 3, "text text int64 int16"),
  request(3, 2, "int8 text? int8@1- text?"),
  request(3, 2, "list"),
  request(3, 2, "list"),
  request(4, 4, "list"),
  request(2, 2, "list"),
  request(2, 2, "texts"),
  request(4, 2, "list"),
  request(2, 2, "bytes"),
  request(3, 2, "texts int32"),
  request(3, 2, "text?@3- text?@3- list"),
  request(2, 2, "bytes"),
  request(2, 2, "bytes"),
  request(3, 2, "list"),
  request(2, 2, "texts"),
  request(2, 2, "int8@1- list"),
  request(1, 1, "list"),
  request(0, 0, "int32 list"),
  request(0, 0, "int32 list"),
  request(0, NEVER, "text texts"),
  request(1, 1, "texts"),
  request(1, 1, "list"),
  request(0, 0, "list"),
  request(0, 0, "list"),
  request(1, 0, "text? int32@1- list"),
  request(1, 1, "text? int32@1- list"),
  request(1, 1, "text? list"),
  request(2, 0, "texts"),
  request(3, 0, "int32 int64"),
  request(2, 0, "int32 list"),
  request(0, 0, "bytes"),
  request(1, 0, "int32 int32"),
  request(1, 0, "int8 int8@1-"),
  request(0, 0, "texts"),
  request(4, 0, "int32 text uuid"),
  request(1, 0, "int32 int64 int64 int8"),
  request(0, 0, "int32"),
  request(0, 0, "texts"),
  request(1, 0, "list list"),
  request(0, 0, "int32 int64"),
  request(1, 0, "text text int32"),
  request(0, 0, "texts"),
  request(0, 0, "int32 uuid int8"),
  request(0, 0, "uuid"),
  request(0, 0, "uuid int32 int8 int8"),
  request(0, 0, "int32 int64 list"),
  request(0, 0, ""),
  request(0, 0, "texts int32"),
  request(0, 0, "text text int32"),
  request(0, 0, "texts"),
  request(0, 0, "text? text? int32"),
  request(0, 0, "text? text? int32"),
  request(0, 0, "text? int32 int32 uuid"),
  request(0, 0, "text? int32 uuid"),
  request(0, 0, "text? int32 int32 uuid"),
  request(0, 0, "text list"),
  request(0, 0, "text list"),
  request(0, 0, "text list"),
  request(0, 0, "text list"),
  request(0, 0, "text list"),
];

/** How many versions are taken that are newer than those known. */
const NEWER_VERSIONS = 4;

/** The highest key that is known. */
export const MAX_KEY: number = REQUESTS.length - 1;

/** Whether a request of that key and version may be. */
export function isVersion(key: number, version: number): boolean {
  const { maxVersion } = REQUESTS[key]!;
  return version <= maxVersion + NEWER_VERSIONS;
}

/** Whether a text stands among the fields that are known of a request. */
export function hasText(key: number): boolean {
  return REQUESTS[key]!.fields.some(({ type }) =>
    type.startsWith("t") || type === "bytes"
  );
}

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

function request(
  maxVersion: number,
  flexible: number,
  fields: string,
): Request {
  return {
    maxVersion,
    flexible,
    fields: fields.split(" ").filter((text) => text !== "").map((text) => {
      const [type, versions = "0-"] = text.split("@");
      const [since, until] = versions.split("-");
      return {
        type: type!,
        since: Number(since),
        until: until === "" ? Infinity : Number(until),
      };
    }),
  };
}
