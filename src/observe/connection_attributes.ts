/**
 * A report as attributes of a span: names of OpenTelemetry's semantic conventions
 * where there are such, else `passthru.*`.
 *
 * @module
 */
import type { Report } from "./report.ts";
import { shorten } from "./shorten.ts";
import { shownFacts } from "./shown_facts.ts";
import type { Attributes, AttributeValue } from "./telemetry.ts";

/** What a report calls a client at a Unix socket. */
const UNIX = "unix";

/** The attributes of a connection. What is not known is left out. */
export function connectionAttributes(report: Report): Attributes {
  const { client, proxy, protocol, facts } = report;
  const all: Record<string, AttributeValue | null | undefined> = {
    ...place("client", client),
    ...place("network.peer", proxy ?? client),
    "network.transport": (proxy ?? client) === UNIX ? "unix" : "tcp",
    "network.protocol.name": protocol?.toLowerCase(),
    "tls.client.server_name": protocol === "TLS" ? textOf(facts.sni) : null,
    "passthru.connection.id": report.id,
    "passthru.listener": report.listener,
    "passthru.protocol": protocol,
    "passthru.rule": report.rule,
    "passthru.name": report.name,
    "passthru.target": report.target,
    "passthru.sent_to": report.sentTo,
    "passthru.unique_id": report.uniqueId,
    "passthru.reason": report.reason,
    "passthru.with": report.with,
    "passthru.retried": report.retried,
    "passthru.error": report.error,
    "passthru.bytes.up": report.bytesUp,
    "passthru.bytes.down": report.bytesDown,
    "passthru.detect.seconds": seconds(report.detectMs),
    "passthru.dial.seconds": seconds(report.dialMs),
    "passthru.verdicts": report.verdicts.length > 0 ? report.verdicts : null,
    ...Object.fromEntries(
      Object.entries(shownFacts(facts))
        .map(([fact, value]) => [`passthru.fact.${fact}`, value]),
    ),
  };
  return known(all);
}

/** `192.0.2.7:41736` as an address and a port; a Unix socket has none. */
function place(name: string, text: string): Attributes {
  if (text === UNIX) return {};
  const found = /^(?:\[(?<v6>.+)\]|(?<host>[^:]+)):(?<port>\d+)$/.exec(text);
  if (found === null) return { [`${name}.address`]: text };
  const { v6, host, port } = found.groups!;
  return {
    [`${name}.address`]: (v6 ?? host)!,
    [`${name}.port`]: Number(port),
  };
}

function known(
  all: Readonly<Record<string, AttributeValue | null | undefined>>,
): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(all)) {
    if (value === undefined || value === null) continue;
    attributes[name] = typeof value === "string" ? shorten(value) : value;
  }
  return attributes;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
