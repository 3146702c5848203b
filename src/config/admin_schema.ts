/**
 * The shape of `admin`.
 *
 * @module
 */
import * as v from "valibot";
import { fields, object, optional, required } from "./schema_parts.ts";

const ADMIN = fields({
  listen: required(
    v.string('an address such as "127.0.0.1:9901"'),
    "Address that the page, the metrics and the admin API are served on",
    { examples: ["127.0.0.1:9901"] },
  ),
  // No pattern: its message would show what was found, which may be the token.
  token: optional(
    v.string('"file:PATH"'),
    'File that contains the access token, as "file:PATH"',
    {
      examples: ["file:/run/secrets/passthru"],
      details:
        "The path is relative to the config file. Without a token, only clients on the loopback interface have access",
    },
  ),
  hosts: optional(
    v.pipe(
      v.custom<unknown[]>(Array.isArray, "a list of names"),
      v.array(v.string('a name such as "passthru.example"')),
    ),
    "Further host names that requests may use",
    {
      details:
        'IP addresses, "localhost" and the name in "listen" are always accepted',
    },
  ),
});

/** The admin address. */
export const admin = object(
  v.strictObject(ADMIN, "admin"),
  'an object such as { "listen": "127.0.0.1:9901" }',
);

/** The closed objects here, by the name their messages carry. */
export const ADMIN_KINDS: Readonly<Record<string, v.ObjectEntries>> = {
  admin: ADMIN,
};
