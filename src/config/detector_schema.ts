/**
 * The shape of `detectors`.
 *
 * @module
 */
import * as v from "valibot";
import { fields, object, optional, wholeNumber } from "./schema_parts.ts";

const bytes = v.string('a text, or bytes such as "hex:cafe"');

const DETECTOR = fields({
  prefix: optional(
    bytes,
    'Bytes that the client sends first: a text, or "hex:cafe"',
  ),
  bytes: optional(bytes, 'Bytes at "offset", written as in "prefix"'),
  offset: optional(wholeNumber(0, 65535), 'Position of "bytes", from 0', {
    default: 0,
  }),
  regex: optional(
    v.string('a regular expression such as "^HELO "'),
    "Regular expression over the first bytes, matched in linear time",
  ),
  max_bytes: optional(
    wholeNumber(1, 65536),
    'Number of first bytes that "regex" is tried on',
    { default: 64 },
  ),
  module: optional(
    v.string('the path of a module such as "./detector.ts"'),
    "TypeScript module whose default export is a detector",
    { details: "The path is relative to the file that names it" },
  ),
});

/** The schema of an entry of `detectors`. */
export const detectorSchema = object(
  v.strictObject(DETECTOR, "detector"),
  'an object such as { "prefix": "hex:cafe" }',
);

/** The closed objects in it. */
export const DETECTOR_KINDS: Readonly<Record<string, v.ObjectEntries>> = {
  detector: DETECTOR,
};
