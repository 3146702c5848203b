/**
 * sslh's settings as a config: a server for each listener, all with the same
 * protocols.
 *
 * @module
 */
import { BUILTINS } from "../../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../detect/datagram_builtins.ts";
import { Registry } from "../../detect/registry.ts";
import { joinAddress } from "../addresses.ts";
import type { Entry, Json } from "../entry.ts";
import { ImportedConfig, option } from "../imported_config.ts";
import type { Problems } from "../importer.ts";
import {
  type Action,
  Actions,
  type LeftOut,
  writeRules,
} from "../ordered/actions.ts";
import type { Outcome } from "../ordered/entries.ts";
import { is } from "../ordered/expression.ts";
import { Notes } from "../ordered/notes.ts";
import { translateServer } from "../ordered/ordered_server.ts";
import { SILENT } from "../ordered/silent.ts";
import { unreachedText } from "../ordered/unreached.ts";
import { quoted } from "../origin.ts";
import { actionOf, required } from "./action.ts";
import type { Group, SslhSettings } from "./group.ts";
import {
  type ListContext,
  nameOf,
  PROBE_NAMES,
  type TranslatedList,
  translateList,
} from "./protocols.ts";
import { noteLeftSettings } from "./settings.ts";

type Transport = "tcp" | "udp";

/** Seconds after which sslh forwards a silent client. */
const DEFAULT_TIMEOUT = 5;
/** Most entries of "protocols": what each takes depends on those before it. */
const MAX_ENTRIES = 5_000;

/** Makes a config of settings. What is wrong is in the problems. */
export function configOf(
  settings: SslhSettings,
  problems: Problems,
): ImportedConfig {
  const { global, listeners, protocols } = settings;
  const config = new ImportedConfig();
  const tooMany = protocols[MAX_ENTRIES];
  if (tooMany !== undefined) {
    const most = `expected at most ${MAX_ENTRIES}`;
    problems.add(tooMany.origin, `Too many protocols: ${most}`);
    return config;
  }
  checkNames(protocols, problems);
  if (listeners.length === 0) {
    problems.add(global.origin, "There is no listener: expected one at least");
  }
  // sslh itself never ends a connection that is idle.
  config.root.at("defaults", null).set("idle_timeout", "0s", null);
  const actions = new Actions();
  const lists = new Map<Transport, TranslatedList>();
  for (const transport of ["tcp", "udp"] as const) {
    const entries = protocols.filter((one) =>
      one.flag("is_udp") === (transport === "udp")
    );
    const list = translateList(entries, { transport, actions, problems });
    lists.set(transport, list);
    for (const { name, regex, maxBytes, entry } of list.declared) {
      const value = { regex, max_bytes: maxBytes };
      config.detector(name, value, entry.origin);
    }
  }
  const silent = silentOutcome(settings, { actions, problems });
  const registry = new Registry([...BUILTINS, ...DATAGRAM_BUILTINS]);
  const timeout = timeoutOf(global);
  for (const listener of listeners) {
    const transport = listener.flag("is_udp") ? "udp" : "tcp";
    const server = serverOf(config, listener, problems);
    if (server === null) continue;
    const list = lists.get(transport)!;
    if (list.fallback === null && problems.all.length === 0) {
      problems.add(
        listener.origin,
        `There is no protocol over ${transport.toUpperCase()} for this listener`,
      );
    }
    setOptions(server, { listener, global, transport, timeout });
    addList(server, { list, transport, silent }, { config, registry });
    // What is said of the list is said once.
    list.notes.length = 0;
  }
  noteLeftSettings(config, settings);
  return config;
}

function checkNames(protocols: readonly Group[], problems: Problems): void {
  for (const entry of protocols) {
    const name = required(entry, "name", problems);
    if (name === undefined || PROBE_NAMES.includes(name)) continue;
    problems.add(
      entry.originOf("name"),
      `Unknown probe ${quoted(name)}: expected ${PROBE_NAMES.join(", ")}`,
    );
  }
}

/** Seconds. */
function timeoutOf(global: Group): number {
  return Math.max(1, global.number("timeout") ?? DEFAULT_TIMEOUT);
}

/** What happens to silent clients: the first entry if none is named so. */
function silentOutcome(
  { global, protocols }: SslhSettings,
  { actions, problems }: Omit<ListContext, "transport">,
): Outcome<Action> | null {
  const named = global.text("on-timeout") ?? "ssh";
  const name = named === "ssl" ? "tls" : named;
  const entry = protocols.find((one) => nameOf(one) === name) ?? protocols[0];
  if (entry === undefined) {
    problems.add(global.origin, "There is no protocol: expected one at least");
    return null;
  }
  const json = entry.flag("is_udp") ? null : actionOf(entry, "tcp", problems);
  return json === null ? null : {
    action: actions.of(json),
    origin: global.has("on-timeout")
      ? global.originOf("on-timeout")
      : entry.origin,
  };
}

function serverOf(
  config: ImportedConfig,
  listener: Group,
  problems: Problems,
): Entry | null {
  const host = required(listener, "host", problems);
  const port = required(listener, "port", problems);
  if (host === undefined || port === undefined) return null;
  const { origin } = listener;
  if (listener.flag("is_unix")) return config.server(`unix:${host}`, origin);
  const joined = joinAddress(host, port);
  if (!joined.ok) {
    problems.add(origin, joined.problem);
    return null;
  }
  const udp = listener.flag("is_udp") ? "/udp" : "";
  const server = config.server(`${joined.address}${udp}`, origin);
  if (server.members.length > 0) {
    problems.add(origin, `A second listener on ${quoted(joined.address)}`);
  } else if (joined.isName) {
    server.note(
      origin,
      "passthru listens on the first address of the name; sslh on all of them",
    );
  }
  return server;
}

interface ServerOptions {
  readonly listener: Group;
  readonly global: Group;
  readonly transport: Transport;
  /** Seconds. */
  readonly timeout: number;
}

function setOptions(
  server: Entry,
  { listener, global, transport, timeout }: ServerOptions,
): void {
  const set = (name: string, value: Json, from: Group, field: string) =>
    option(server, name, {
      value,
      origin: from.has(field) ? from.originOf(field) : null,
    });
  if (transport === "tcp") {
    set("detect_timeout", `${timeout}s`, global, "timeout");
    set("silent_after", `${timeout}s`, global, "timeout");
  }
  const most = listener.number("max_connections") ??
    (transport === "udp" ? global.number("udp_max_connections") : undefined);
  if (most !== undefined && most > 0) {
    const from = listener.has("max_connections") ? listener : global;
    const field = from === listener ? "max_connections" : "udp_max_connections";
    set("max_connections", most, from, field);
  }
  if (!listener.flag("proxyprotocol")) return;
  if (listener.flag("is_unix")) {
    server.note(
      listener.originOf("proxyprotocol"),
      '"proxyprotocol" has no equivalent on a Unix socket: a PROXY header is data there',
    );
    return;
  }
  set(
    "accept_proxy",
    { from: ["0.0.0.0/0", "::/0"], required: true },
    listener,
    "proxyprotocol",
  )?.note(
    listener.originOf("proxyprotocol"),
    'sslh accepts headers from every address, and so does this: list your proxies in "from"',
  );
}

interface ServerList {
  readonly list: TranslatedList;
  readonly transport: Transport;
  /** What happens to silent clients of TCP. */
  readonly silent: Outcome<Action> | null;
}

function addList(
  server: Entry,
  { list, transport, silent }: ServerList,
  { config, registry }: {
    readonly config: ImportedConfig;
    readonly registry: Registry;
  },
): void {
  const { rules, notes, fallback } = list;
  for (const { origin, text } of notes) server.note(origin, text);
  if (fallback === null) return;
  const silence = transport === "tcp" && silent !== null
    ? [{ ...silent, when: is(SILENT) }]
    : [];
  const leftOut: LeftOut[] = [];
  const translated = translateServer({
    rules: [...silence, ...rules],
    otherwise: fallback,
  }, {
    registry,
    transport,
    placeByPlace: true,
    problem: ({ origin }, reason) =>
      server.note(origin, `A part of this entry is left out: ${reason}`),
    unreached: (one) => {
      const rule = rules.find(({ origin }) => origin === one.origin)!;
      leftOut.push({ ...one, text: unreachedText(one, rule.text) });
    },
  });
  writeRules(server, translated, { config, notes: new Notes(), leftOut });
}
