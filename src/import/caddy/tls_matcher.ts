/**
 * Matchers of a ClientHello, over TCP or in QUIC.
 *
 * @module
 */
import {
  all,
  anyOf,
  type Expression,
  is,
  unknown,
  word,
} from "../ordered/expression.ts";
import { type Origin, quoted } from "../origin.ts";
import { goHostRegex, oneLabelPattern } from "../tree/host_patterns.ts";
import type { ObjectReader } from "../tree/reader.ts";
import { localAddress, remoteAddress } from "./address_matchers.ts";

/** What a matcher of a hello needs to know. */
export interface HelloContext {
  /** The host that is listened on; empty: all. */
  readonly host: string;
  /** Whether wildcards may be wider. */
  readonly wide: boolean;
  /** Told what is nearly the same, but not quite. */
  note(origin: Origin, text: string): void;
}

/** All fields must match. */
export function helloMatcher(
  protocol: "TLS" | "QUIC",
  object: ObjectReader,
  context: HelloContext,
): Expression {
  return all(
    is(protocol),
    ...object.fields.map(({ name }): Expression => {
      switch (name) {
        case "sni":
          return anyOf(
            object.texts("sni").map(({ text, origin }) =>
              serverName(protocol, text, { ...context, origin })
            ),
          );
        case "sni_regexp": {
          const pattern = object.object("sni_regexp")?.text("pattern");
          object.take("sni_regexp");
          return word(protocol, ["SNI", `/${goHostRegex(pattern ?? "")}/`]);
        }
        case "alpn":
          return anyOf(
            object.texts("alpn").map(({ text }) =>
              word(protocol, ["ALPN", text])
            ),
          );
        case "remote_ip":
        case "local_ip": {
          const inner = object.object(name);
          if (inner === null) return unknown(quoted(name));
          return name === "remote_ip"
            ? remoteAddress(inner)
            : localAddress(inner, context);
        }
      }
      object.take(name);
      return unknown(`${quoted(name)} of a ClientHello`);
    }),
  );
}

/** A name, in which `*` stands for one label. */
function serverName(
  protocol: string,
  text: string,
  { wide, note, origin }: HelloContext & { readonly origin: Origin },
): Expression {
  if (text.includes("{")) return unknown(`the placeholder ${quoted(text)}`);
  const host = text.toLowerCase();
  if (wide && host.startsWith("*.")) {
    note(
      origin,
      `${
        quoted(text)
      } stands for one label in Caddy, and for any number of them here: the target is the name that the client asks for`,
    );
    return word(protocol, ["SNI", host]);
  }
  return word(protocol, ["SNI", oneLabelPattern(host)]);
}
