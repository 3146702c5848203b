/**
 * Where an entry of sslh connects to, as an action.
 *
 * @module
 */
import { joinAddress } from "../addresses.ts";
import type { Json } from "../entry.ts";
import type { Problems } from "../importer.ts";
import type { Group } from "./group.ts";

/** How long sslh keeps a flow of UDP, in seconds. */
const UDP_TIMEOUT = 60;

/** The action of an entry; `null`: it is wrong, as the problems say. */
export function actionOf(
  entry: Group,
  transport: "tcp" | "udp",
  problems: Problems,
): Json | null {
  const target = targetOf(entry, problems);
  if (target === null) return null;
  const proxy = entry.number("proxyprotocol");
  if (proxy !== undefined && proxy !== 1 && proxy !== 2) {
    problems.add(
      entry.originOf("proxyprotocol"),
      `Invalid value of "proxyprotocol": found ${proxy}, expected 1 or 2`,
    );
  }
  if (transport === "udp") {
    const timeout = entry.number("udp_timeout") ?? UDP_TIMEOUT;
    const idle_timeout = `${Math.max(1, timeout)}s`;
    return { action: "FORWARD", to_addr: target, idle_timeout };
  }
  return proxy === undefined
    ? target
    : { action: "FORWARD", to_addr: target, send_proxy: `v${proxy}` };
}

function targetOf(entry: Group, problems: Problems): string | null {
  const host = required(entry, "host", problems);
  const port = required(entry, "port", problems);
  if (host === undefined || port === undefined) return null;
  if (entry.flag("is_unix")) return `unix:${host}`;
  const joined = joinAddress(host, port);
  if (joined.ok && !joined.address.startsWith(":")) return joined.address;
  problems.add(
    entry.originOf(joined.ok ? "host" : "port"),
    joined.ok ? "There is no host" : joined.problem,
  );
  return null;
}

/** A text that an entry must have. */
export function required(
  entry: Group,
  name: string,
  problems: Problems,
): string | undefined {
  const text = entry.text(name);
  if (text === undefined && !entry.has(name)) {
    problems.add(entry.origin, `"${name}" is missing`);
  }
  return text;
}
