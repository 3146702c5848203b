/**
 * The list of protocols of sslh as the protocols of a server.
 *
 * sslh tries its entries in their order; the first that matches wins, and if none
 * matches, the last one gets the connection.
 *
 * @module
 */
import { LinearRegex } from "../../detect/linear_regex.ts";
import type { Problems } from "../importer.ts";
import { detectorName } from "../imported_config.ts";
import type { Action, Actions } from "../ordered/actions.ts";
import type { Outcome } from "../ordered/entries.ts";
import { any, type Expression, is, word } from "../ordered/expression.ts";
import type { OrderedRule } from "../ordered/ordered_server.ts";
import { type Note, placeOf, quoted } from "../origin.ts";
import { actionOf } from "./action.ts";
import type { Group } from "./group.ts";
import { translateRegex } from "../pcre.ts";
import { tlsAlternatives } from "./tls_rules.ts";

/** How many first bytes an expression is tried on. */
const REGEX_BYTES = 256;

/** What each probe of TCP finds. */
const PROBES: Readonly<Record<string, Expression>> = {
  ssh: is("SSH"),
  openvpn: is("OPENVPN"),
  tinc: is("TINC"),
  xmpp: is("XMPP"),
  // It finds "HTTP" in the preface of HTTP/2, too.
  http: any(is("HTTP"), is("HTTP2")),
  adb: is("ADB"),
  socks5: word("SOCKS", ["VERSION", "5"]),
  syslog: is("SYSLOG"),
  msrdp: is("RDP"),
};

/** The same, over UDP. */
const DATAGRAM_PROBES: typeof PROBES = {
  openvpn: is("OPENVPN"),
  wireguard: is("WIREGUARD"),
  teamspeak: is("TEAMSPEAK"),
  syslog: is("SYSLOG"),
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

/** A rule of an entry. */
export interface EntryRule extends OrderedRule<Action> {
  /** What takes the connection, as it begins a sentence: `The entry "ssh"`. */
  readonly text: string;
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
  /**
   * In the order in which they are tried, each with an origin of its own, by
   * which it can be told.
   */
  readonly rules: EntryRule[];
  readonly declared: DeclaredRegex[];
  readonly notes: Note[];
  /** Where all others go, and the entry that says so; none: no entry. */
  fallback: Outcome<Action> | null;
}

/** What translating a list needs. */
export interface ListContext {
  readonly transport: "tcp" | "udp";
  readonly actions: Actions;
  readonly problems: Problems;
}

/** Translates the entries of a transport. */
export function translateList(
  entries: readonly Group[],
  { transport, actions, problems }: ListContext,
): TranslatedList {
  const list: TranslatedList = {
    rules: [],
    declared: [],
    notes: [],
    fallback: null,
  };
  const late: EntryRule[] = [];
  const last = entries.at(-1);
  for (const entry of entries) {
    const name = nameOf(entry);
    for (const field of LISTS[name] ?? []) entry.list(field);
    const json = actionOf(entry, transport, problems);
    if (json === null) continue;
    const action = actions.of(json);
    const { origin } = entry;
    const say = (text: string) => void list.notes.push({ origin, text });
    const own = `The entry ${quoted(name)}`;
    if (list.fallback !== null) {
      say(
        `${own} is left out: ${
          placeOf(list.fallback.origin)
        } matches before it`,
      );
      continue;
    }
    const probes = transport === "tcp" ? PROBES : DATAGRAM_PROBES;
    const probe = Object.hasOwn(probes, name) ? probes[name] : undefined;
    const add = (when: Expression, text = own) =>
      list.rules.push({ when, action, text, origin: { ...origin } });
    if (name === "anyprot" || name === "timeout") {
      list.fallback = { action, origin };
      if (entry !== last || name === "timeout") {
        say(
          `${
            quoted(name)
          } matches as soon as a byte has come; passthru waits until the protocols before it are decided`,
        );
      }
    } else if (name === "regex") {
      addRegex({ list, late, entry, action, say, isLast: entry === last });
    } else if (name === "tls" && transport === "tcp") {
      const { alternatives, notes } = tlsAlternatives(entry);
      notes.forEach(say);
      for (const { when, text } of alternatives) add(when, text);
    } else if (probe !== undefined) add(probe);
    else {
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
    if (entry === last) list.fallback ??= { action, origin };
  }
  return { ...list, rules: [...list.rules, ...late] };
}

/** The probe of an entry; `ssl` is what `tls` was called before. */
export function nameOf(entry: Group): string {
  const name = entry.text("name") ?? "";
  return name === "ssl" ? "tls" : name;
}

interface RegexContext {
  readonly list: TranslatedList;
  /** Rules that are tried behind all others. */
  readonly late: EntryRule[];
  readonly entry: Group;
  readonly action: Action;
  say(text: string): void;
  readonly isLast: boolean;
}

function addRegex({ list, late, entry, action, say, isLast }: RegexContext) {
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
    list.fallback = { action, origin: entry.origin };
    if (!isLast) {
      say("The expression matches everything, so that it is the CATCHALL here");
    }
    return;
  }
  const { regex } = translated;
  const name = `${detectorName("regex")}_${list.declared.length + 1}`;
  const maxBytes = Math.max(REGEX_BYTES, Math.min(least ?? 0, 4096));
  list.declared.push({ name, regex, maxBytes, entry });
  const rule: EntryRule = {
    when: is(name),
    action,
    text: `The entry ${quoted("regex")}`,
    origin: { ...entry.origin },
  };
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
