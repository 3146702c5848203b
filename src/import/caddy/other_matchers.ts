/**
 * Matchers of the time and of the first bytes.
 *
 * @module
 */
import {
  type Expression,
  is,
  TRUE,
  unknown,
  word,
} from "../ordered/expression.ts";
import type { DeclaredDetectors } from "../ordered/declared_detectors.ts";
import { type Origin, quoted } from "../origin.ts";
import type { ObjectReader } from "../tree/reader.ts";

/** How many bytes are compared where nothing is said. */
const FEWEST_BYTES = 4;

/** `after` and `before`, in a time zone. */
export function clockMatcher(object: ObjectReader): Expression {
  const after = object.text("after") || "00:00:00";
  const before = object.text("before") || "00:00:00";
  const zone = object.text("timezone") || "UTC";
  const minutes = [after, before].map((text) =>
    /^(\d\d:\d\d)(?::00)?$/.exec(text)?.[1]
  );
  if (minutes.includes(undefined)) {
    return unknown(`${quoted(`${after}-${before}`)}, which has seconds`);
  }
  if (zone === "Local") return unknown("the time zone of the machine");
  const [first, second] = minutes as [string, string];
  const end = second === "00:00" ? "24:00" : second;
  // Times in the wrong order are swapped there.
  const [from, to] = first <= end ? [first, end] : [end, first];
  if (from === "00:00" && to === "24:00") return TRUE;
  const written = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone;
  return word(null, ["TIME", `${from}-${to}@${written}`]);
}

/** An expression over the first `count` bytes. */
export function regexpMatcher(
  object: ObjectReader,
  { detectors, origin }: {
    readonly detectors: DeclaredDetectors;
    readonly origin: Origin;
  },
): Expression {
  const count = object.number("count") || FEWEST_BYTES;
  const isHex = object.boolean("hex") === true;
  const pattern = object.text("pattern") ?? "";
  if (isHex) {
    const digits = /^\^((?:[\dA-F]{2})+)$/i.exec(pattern)?.[1];
    return digits === undefined
      ? unknown(`the expression ${quoted(pattern)} over hexadecimal digits`)
      : is(detectors.name({ prefix: `hex:${digits.toLowerCase()}` }, origin));
  }
  if (pattern.includes("{env")) {
    return unknown(`the placeholder in ${quoted(pattern)}`);
  }
  const plain = /^\^([\w -]+)$/.exec(pattern)?.[1];
  if (plain !== undefined && /^SSH-(?:2\.0)?$/.test(plain)) return is("SSH");
  return is(detectors.name({ regex: pattern, max_bytes: count }, origin));
}
