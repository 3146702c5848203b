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
/** A kind of request. */
export interface Request {
  readonly maxVersion: number;
  /** First flexible version; `Infinity`: there is none. */
  readonly flexible: number;
  /** The fields in their order. */
  readonly fields: readonly Field[];
}

/** A field at the beginning of a body. */
export interface Field {
  readonly type: string;
  readonly since: number;
  readonly until: number;
}

const NEVER = Infinity;

/**
 * The requests by their key. A field is a type, and where it is not in all
 * versions `@` and those. `text?` may be none, of `list` nothing but the count is
 * read, and `texts` is a list of which each entry begins with a text.
 */
export const REQUESTS: readonly Request[] = [
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
