/**
 * The `tls` entries of sslh as rules of `TLS`.
 *
 * @module
 */
import type { WrittenCondition } from "../../rule/written_condition.ts";
import type { Json } from "../entry.ts";
import { globHost } from "../globs.ts";
import type { OrderedRule } from "../ordered_rules.ts";
import { quoted } from "../origin.ts";
import { characters, type Group } from "./group.ts";

/** The rules of an entry, and what cannot be said of it. */
export interface TlsRules {
  readonly rules: readonly OrderedRule[];
  readonly notes: readonly string[];
}

/** The rules of an entry: each of its names with each of its protocols. */
export function tlsRules(entry: Group, action: Json): TlsRules {
  const notes: string[] = [];
  const names = entry.list("sni_hostnames").map(characters);
  const protocols = entry.list("alpn_protocols").map(characters);
  const hosts = names.length === 0 ? [null] : hostConditions(names);
  const alpn = protocols.length === 0
    ? [null]
    : alpnConditions(protocols, notes);
  const origin = entry.origin;
  const rules = hosts.flatMap((host) =>
    alpn.map((protocol) => ({
      conditions: [host, protocol].filter((one) => one !== null),
      action,
      origin,
    }))
  );
  return { rules, notes };
}

function hostConditions(names: readonly string[]): WrittenCondition[] {
  const values = names.map(globHost);
  if (values.includes(null)) {
    return [{ word: "NOSNI", value: "", negated: true }];
  }
  const plain = values.filter((value) => !value!.startsWith("/"));
  const regexes = values.filter((value) => value!.startsWith("/"));
  return [...plain.length > 0 ? [plain.join(",")] : [], ...regexes]
    .map((value) => ({ word: "SNI", value: value!, negated: false }));
}

function alpnConditions(
  protocols: readonly string[],
  notes: string[],
): WrittenCondition[] {
  return protocols.flatMap((value) => {
    if (!/[*?[\\]/.test(value)) {
      return [{ word: "ALPN", value, negated: false }];
    }
    notes.push(
      `The pattern ${quoted(value)} has no equivalent: ALPN tests whole names`,
    );
    return [];
  });
}
