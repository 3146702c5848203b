/**
 * The settings of sslh that a config of passthru does not have, and what stands
 * in their place.
 *
 * @module
 */
import type { ImportedConfig } from "../imported_config.ts";
import { quoted } from "../origin.ts";
import {
  type Group,
  keyOf,
  type LeftField,
  shown,
  type SslhSettings,
} from "./group.ts";

/** What is said of settings of the whole program. */
const GLOBAL: Readonly<Record<string, string>> = {
  foreground: "passthru always runs in the foreground",
  background: "passthru always runs in the foreground",
  inetd: "passthru cannot be started by inetd",
  numeric: "passthru logs addresses, never names",
  transparent:
    'targets see the address of passthru; "send_proxy" tells them that of the client',
  user: "start passthru as this user",
  pidfile: "passthru writes no file of its process",
  chroot: "Deno's permissions take the place of it",
  syslog_facility: "passthru logs to standard error",
  logfile: "passthru logs to standard error",
  verbose: '"log" has the level',
};

/** What is said of settings of a protocol or a listener. */
const ENTRIES: Readonly<Record<string, string>> = {
  service: "there are no hosts.allow and hosts.deny: see FROM, allow and deny",
  log_level: "every connection is logged",
  keepalive: "passthru sets no TCP keepalive",
  fork: "a connection has no process of its own",
  tfo_ok: "passthru does not use TCP Fast Open",
  transparent:
    'the target sees the address of passthru; "send_proxy" tells it that of the client',
  resolve_on_forward: "names are resolved for each connection anyway",
  max_connections: "limits are per server, not per protocol",
  udp_timeout: "it is for UDP only",
  minlength: "it is for regex only",
  regex_patterns: "it is for regex only",
  sni_hostnames: "it is for tls only",
  alpn_protocols: "it is for tls only",
  proxyprotocol: "it is for TCP only",
};

/** Notes each setting that was not translated: each name once, with its count. */
export function noteLeftSettings(
  config: ImportedConfig,
  { global, listeners, protocols }: SslhSettings,
): void {
  for (const field of left(global)) {
    const key = keyOf(field.name);
    const text = key.startsWith("verbose") ? GLOBAL["verbose"] : GLOBAL[key];
    config.root.note(field.origin, sentence(field, text));
  }
  const counted = new Map<string, { field: LeftField; count: number }>();
  for (const field of [...listeners, ...protocols].flatMap(left)) {
    const key = JSON.stringify([keyOf(field.name), field.expected]);
    const known = counted.get(key);
    if (known === undefined) counted.set(key, { field, count: 1 });
    else known.count++;
  }
  for (const { field, count } of counted.values()) {
    const times = count === 1 ? "" : ` (${count} times)`;
    const text = ENTRIES[keyOf(field.name)];
    config.root.note(field.origin, sentence(field, text, times));
  }
}

function left(group: Group): LeftField[] {
  return group.rest().filter(({ value }) => value !== false);
}

function sentence(field: LeftField, text: string | undefined, times = "") {
  const name = `${quoted(field.name)}${times}`;
  if (field.expected !== undefined) {
    return `${name} is ignored, as by sslh: found ${
      shown(field)
    }, expected ${field.expected}`;
  }
  return text === undefined
    ? `${name} is no setting that is known, and left out`
    : `${name} has no equivalent: ${text}`;
}
