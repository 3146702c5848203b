/**
 * The shape of `include`: which other files are a part of the config.
 *
 * @module
 */
import * as v from "valibot";
import {
  fields,
  list,
  listOr,
  object,
  objectOr,
  oneOf,
  optional,
  required,
} from "./schema_parts.ts";

const EXAMPLE = "routes.d/*.jsonc";

const pattern = v.string(`a path such as "${EXAMPLE}"`);

const WITHIN = fields({
  listeners: required(
    list(v.string('a server such as ":443"'), "at least one server"),
    'Servers that the files may add rules to, as written in "servers"',
  ),
  to: required(
    list(
      v.string('a target such as "10.0.0.0/8" or "app.internal:80"'),
      "at least one target",
    ),
    "Targets that the files may name",
    {
      details:
        'A list of blocks of IP addresses ("10.0.0.0/8", "fd00::/8"), names ("app.internal", "*.app.internal") and Unix sockets, each with or without a port ("10.0.0.0/8:80", "[fd00::/8]:80")',
    },
  ),
  names: optional(
    list(
      v.string('a host name such as "*.apps.example.com"'),
      "at least one name",
    ),
    "Host names that the rules of the files may have",
    {
      details:
        "Each of their rules then needs a condition on the host, with a value that is one of these names",
      absent: "all that no other file names",
    },
  ),
});

const INCLUDE = fields({
  files: required(
    pattern,
    "Path of a file, or a pattern with * and ? in its last part",
    { examples: [EXAMPLE], details: "The path is relative to the config file" },
  ),
  within: optional(
    object(
      v.strictObject(WITHIN, "include_within"),
      'an object with "listeners" and "to"',
    ),
    "Bounds for files that are trusted less than the config",
    { absent: "no bounds" },
  ),
  on_error: optional(
    oneOf(["skip", "fail"]),
    "What a file with errors leads to",
    {
      details:
        '"skip": the config is served without the file, or with its last good content if it was served before. "fail": the config is invalid. "skip" needs "within"',
      absent: 'skip with "within", else fail',
    },
  ),
});

const entry = objectOr(
  v.strictObject(INCLUDE, "include"),
  v.string(`a path such as "${EXAMPLE}", or an object with "files"`),
);

/** The field `include`. */
export const includeField = optional(
  listOr(
    v.array(entry, "a list"),
    v.string(`a path such as "${EXAMPLE}", or a list`),
  ),
  "Files with further servers, rules, detectors and expectations",
  {
    details:
      'A list of paths, or of objects with "files". The files of a pattern are taken in the order of their names',
    absent: "none",
  },
);

/** The closed objects in it. */
export const INCLUDE_KINDS: Readonly<Record<string, v.ObjectEntries>> = {
  include: INCLUDE,
  include_within: WITHIN,
};
