/**
 * The list of protocols of sslh as the protocols of a server.
 *
 * sslh tries its entries in their order; the first that matches wins, and if none
 * matches, the last one gets the connection.
 *
 * @module
 */
import { LinearRegex } from "../../detect/linear_regex.ts";
import type { Json } from "../entry.ts";
import type { Problems } from "../importer.ts";
import { detectorName } from "../imported_config.ts";
import type { OrderedRule } from "../ordered_rules.ts";
import { type Note, placeOf, quoted } from "../origin.ts";
import { actionOf } from "./action.ts";
import type { Group } from "./group.ts";
import { translateRegex } from "../pcre.ts";
import { tlsRules } from "./tls_rules.ts";

/** How many first bytes an expression is tried on. */
const REGEX_BYTES = 256;

/** What each probe of TCP is: protocols, and a rule of them. */
const PROBES: Readonly<Record<string, readonly (readonly [string, string])[]>> =
  {
    ssh: [["SSH", "CATCHALL"]],
    openvpn: [["OPENVPN", "CATCHALL"]],
    tinc: [["TINC", "CATCHALL"]],
    xmpp: [["XMPP", "CATCHALL"]],
    // It finds "HTTP" in the preface of HTTP/2, too.
    http: [["HTTP", "CATCHALL"], ["HTTP2", "CATCHALL"]],
    adb: [["ADB", "CATCHALL"]],
    socks5: [["SOCKS", "VERSION 5"]],
    syslog: [["SYSLOG", "CATCHALL"]],
    msrdp: [["RDP", "CATCHALL"]],
  };

/** The same, over UDP. */
const DATAGRAM_PROBES: typeof PROBES = {
  openvpn: [["OPENVPN", "CATCHALL"]],
  wireguard: [["WIREGUARD", "CATCHALL"]],
  teamspeak: [["TEAMSPEAK", "CATCHALL"]],
  syslog: [["SYSLOG", "CATCHALL"]],
};

/** Settings of some probes that are lists. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  tls: ["sni_hostnames", "alpn_protocols"],
  regex: ["regex_patterns"],
};

/** All names that an entry may have. */
export const PROBE_NAMES: readonly string[] = [
  ...new Set([
    ...Object.keys(PROBES),
    ...Object.keys(DATAGRAM_PROBES),
    ...["tls", "ssl", "regex", "anyprot", "timeout"],
  ]),
];

/** A rule of a protocol. */
export interface ProtocolRule {
  readonly path: readonly [string, string];
  readonly action: Json;
  readonly entry: Group;
}

/** A detector that the config declares. */
export interface DeclaredRegex {
  readonly name: string;
  readonly regex: string;
  readonly maxBytes: number;
  readonly entry: Group;
}

/** A list of protocols, translated. */
export interface TranslatedList {
  /** In the order in which they are detected; `tls` stands for all of TLS. */
  readonly rules: (ProtocolRule | "tls")[];
  readonly tls: OrderedRule[];
  readonly declared: DeclaredRegex[];
  readonly notes: Note[];
  /** Where all others go, and the entry that says so; none: no entry. */
  fallback: { readonly action: Json; readonly entry: Group } | null;
}

/** Translates the entries of a transport. */
export function translateList(
  entries: readonly Group[],
  transport: "tcp" | "udp",
  problems: Problems,
): TranslatedList {
  const list: TranslatedList = {
    rules: [],
    tls: [],
    declared: [],
    notes: [],
    fallback: null,
  };
  const late: ProtocolRule[] = [];
  const last = entries.at(-1);
  for (const [index, entry] of entries.entries()) {
    const name = nameOf(entry);
    for (const field of LISTS[name] ?? []) entry.list(field);
    const action = actionOf(entry, transport, problems);
    if (action === null) continue;
    const say = (text: string) =>
      void list.notes.push({ origin: entry.origin, text });
    if (list.fallback !== null) {
      say(
        `The entry ${quoted(name)} is left out: ${
          placeOf(list.fallback.entry.origin)
        } matches before it`,
      );
      continue;
    }
    const probes = transport === "tcp" ? PROBES : DATAGRAM_PROBES;
    if (name === "anyprot" || name === "timeout") {
      list.fallback = { action, entry };
      if (entry !== last || name === "timeout") {
        say(
          `${
            quoted(name)
          } matches as soon as a byte has come; passthru waits until the protocols before it are decided`,
        );
      }
    } else if (name === "regex") {
      const rest = entries.slice(index + 1);
      addRegex({ list, late, entry, action, say, rest });
    } else if (name === "tls" && transport === "tcp") {
      const { rules, notes } = tlsRules(entry, action);
      notes.forEach(say);
      if (!list.rules.includes("tls")) list.rules.push("tls");
      list.tls.push(...rules);
    } else if (probes[name] !== undefined) {
      for (const path of probes[name]) {
        const twice = list.rules.some((one) =>
          one !== "tls" && one.path.join() === path.join()
        );
        if (twice) say(`A second entry ${quoted(name)} never matches`);
        else list.rules.push({ path, action, entry });
      }
    } else {
      say(
        transport === "udp"
          ? `passthru does not detect ${
            quoted(name)
          } in datagrams: the entry is left out`
          : `passthru detects ${
            quoted(name)
          } over UDP only: the entry is left out`,
      );
    }
    if (entry === last) list.fallback ??= { action, entry };
  }
  list.rules.push(...late);
  return list;
}

/** The probe of an entry; `ssl` is what `tls` was called before. */
export function nameOf(entry: Group): string {
  const name = entry.text("name") ?? "";
  return name === "ssl" ? "tls" : name;
}

interface RegexContext {
  readonly list: TranslatedList;
  /** Rules that are tried behind all others. */
  readonly late: ProtocolRule[];
  readonly entry: Group;
  readonly action: Json;
  say(text: string): void;
  /** The entries behind it. */
  readonly rest: readonly Group[];
}

function addRegex({ list, late, entry, action, say, rest }: RegexContext) {
  const patterns = entry.list("regex_patterns");
  const least = entry.number("minlength");
  const translated = patterns.length === 0
    ? { ok: false, problem: "it has no regex_patterns" } as const
    : translateRegex(patterns);
  if (!translated.ok) {
    say(`The entry "regex" is left out: ${translated.problem}`);
    return;
  }
  if (translated.matchesAll) {
    list.fallback = { action, entry };
    if (rest.length > 0) {
      say("The expression matches everything, so that it is the CATCHALL here");
    }
    return;
  }
  const { regex } = translated;
  const name = `${detectorName("regex")}_${list.declared.length + 1}`;
  const maxBytes = Math.max(REGEX_BYTES, Math.min(least ?? 0, 4096));
  list.declared.push({ name, regex, maxBytes, entry });
  const rule: ProtocolRule = { path: [name, "CATCHALL"], action, entry };
  if (least !== undefined) {
    say(
      `"minlength" has no equivalent: the expression is tried on the first bytes, however few`,
    );
  }
  // Nothing dies that may begin anywhere.
  const anchored = new LinearRegex(regex).stateOf(new Set()) === "dead";
  (anchored ? list.rules : late).push(rule);
  if (anchored) return;
  say(
    `The expression may match anywhere in the first ${maxBytes} bytes: it is tried behind the other protocols, and a client that sends fewer and waits goes on only after detect_timeout`,
  );
}
