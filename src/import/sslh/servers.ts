/**
 * sslh's settings as a config: a server for each listener, all with the same
 * protocols.
 *
 * @module
 */
import { BUILTINS } from "../../detect/builtins.ts";
import { joinAddress } from "../addresses.ts";
import type { Entry, Json } from "../entry.ts";
import { ImportedConfig, option, rule } from "../imported_config.ts";
import type { Problems } from "../importer.ts";
import { addOrdered } from "../ordered_rules.ts";
import { quoted } from "../origin.ts";
import { actionOf, required } from "./action.ts";
import type { Group, SslhSettings } from "./group.ts";
import {
  nameOf,
  PROBE_NAMES,
  type TranslatedList,
  translateList,
} from "./protocols.ts";
import { noteLeftSettings } from "./settings.ts";

type Transport = "tcp" | "udp";

/** Seconds after which sslh forwards a silent client. */
const DEFAULT_TIMEOUT = 5;

/** Makes a config of settings. What is wrong is in the problems. */
export function configOf(
  settings: SslhSettings,
  problems: Problems,
): ImportedConfig {
  const { global, listeners, protocols } = settings;
  const config = new ImportedConfig();
  checkNames(protocols, problems);
  if (listeners.length === 0) {
    problems.add(global.origin, "There is no listener: expected one at least");
  }
  // sslh itself never ends a connection that is idle.
  config.root.at("defaults", null).set("idle_timeout", "0s", null);
  const lists = new Map<Transport, TranslatedList>();
  for (const transport of ["tcp", "udp"] as const) {
    const entries = protocols.filter((one) =>
      one.flag("is_udp") === (transport === "udp")
    );
    const list = translateList(entries, transport, problems);
    lists.set(transport, list);
    for (const { name, regex, maxBytes, entry } of list.declared) {
      const value = { regex, max_bytes: maxBytes };
      config.detector(name, value, entry.origin);
    }
  }
  const silent = silentAction(settings, problems);
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
    addList(server, list);
    // What is said of the list is said once.
    list.notes.length = 0;
    if (transport === "tcp" && silent !== null) {
      rule(server, ["SILENT", "CATCHALL"], {
        action: silent,
        origin: global.has("on-timeout") ? global.originOf("on-timeout") : null,
      });
    }
    addFallback(server, list);
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
function silentAction(
  { global, protocols }: SslhSettings,
  problems: Problems,
): Json | null {
  const named = global.text("on-timeout") ?? "ssh";
  const name = named === "ssl" ? "tls" : named;
  const entry = protocols.find((one) => nameOf(one) === name) ?? protocols[0];
  if (entry === undefined) {
    problems.add(global.origin, "There is no protocol: expected one at least");
    return null;
  }
  return entry.flag("is_udp") ? null : actionOf(entry, "tcp", problems);
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

function addList(server: Entry, list: TranslatedList): void {
  for (const { origin, text } of list.notes) server.note(origin, text);
  for (const one of list.rules) {
    if (one !== "tls") {
      const { path, action, entry } = one;
      rule(server, path, { action, origin: entry.origin });
      continue;
    }
    const { rules: words } = BUILTINS.find(({ name }) => name === "TLS")!;
    const all = list.tls.some(({ conditions }) => conditions.length === 0);
    addOrdered(server, "TLS", {
      words,
      rules: all || list.fallback === null ? list.tls : [...list.tls, {
        conditions: [],
        action: list.fallback.action,
        origin: list.fallback.entry.origin,
      }],
    });
  }
}

function addFallback(server: Entry, { fallback }: TranslatedList): void {
  if (fallback === null) return;
  const { action, entry } = fallback;
  rule(server, ["CATCHALL", "CATCHALL"], { action, origin: entry.origin });
}
