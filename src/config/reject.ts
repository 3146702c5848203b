/**
 * The config's REJECT actions: how they refuse, and whether they ever can.
 *
 * @module
 */
import type { Diagnostic } from "./diagnostics.ts";
import { orList } from "./diagnostics.ts";
import type { RejectPlan } from "./plan.ts";
import { transportOf } from "./listen_node.ts";
import { durationField, type ServerSettings } from "./settings.ts";
import {
  type JsonNode,
  properties,
  type Property,
  property,
  spanOf,
} from "./source.ts";

/** Misdirected Request (RFC 9110 §15.5.20): this is not the server for it. */
const DEFAULT_STATUS = 421;

/**
 * Statuses whose response must have a header that only the service could fill
 * (RFC 9110 §15.5.2, §15.5.6, §15.5.8, §15.5.22).
 */
const NEEDS_HEADER: ReadonlyMap<number, string> = new Map([
  [401, "WWW-Authenticate"],
  [405, "Allow"],
  [407, "Proxy-Authenticate"],
  [426, "Upgrade"],
]);

/** The protocols that can be answered so. */
const ANSWERED: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["tls_alert", ["TLS"]],
  ["http_status", ["HTTP", "HTTP2"]],
]);

/** The same of servers for datagrams. */
const ANSWERED_UDP: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["tls_alert", ["QUIC"]],
  ["refused", ["DNS"]],
]);

/** Fields that say more about one `with`. */
const FIELD_OF: Readonly<Record<string, string>> = {
  status: "http_status",
  idle_timeout: "drop",
};

/** Reads how a REJECT refuses. */
export function buildReject(
  node: JsonNode,
  settings: Pick<ServerSettings, "idleTimeoutMs">,
  found: Diagnostic[],
): Pick<RejectPlan, "with"> {
  const kind = property(node, "with")?.value.value;
  for (const [field, owner] of Object.entries(FIELD_OF)) {
    const key = property(node, field)?.key;
    if (key === undefined || kind === owner) continue;
    error(found, key, `Field "${field}" goes only with "with": "${owner}"`);
  }
  switch (kind) {
    case "refused":
    case "tls_alert":
      return { with: { kind } };
    case "http_status":
      return { with: { kind, status: statusOf(node, found) } };
    case "drop": {
      const idleTimeoutMs = durationField(node, "idle_timeout", found) ??
        settings.idleTimeoutMs;
      return { with: { kind, idleTimeoutMs } };
    }
    default:
      return {};
  }
}

function statusOf(node: JsonNode, found: Diagnostic[]): number {
  const status = property(node, "status")?.value;
  if (typeof status?.value !== "number") return DEFAULT_STATUS;
  const header = NEEDS_HEADER.get(status.value);
  if (header !== undefined) {
    error(
      found,
      status,
      `Invalid value of "status": found ${status.value}, which needs the header ${header}, expected another such as 403, 404, 421 or 503`,
    );
  }
  return status.value;
}

/**
 * Finds answers that no connection will ever get: under a protocol that cannot
 * be answered so, that is an error; in a server's catch-all, a warning.
 */
export function lintRejects(root: JsonNode): Diagnostic[] {
  return properties(property(root, "servers")?.value).flatMap((server) => {
    const protocols = properties(server.value)
      .filter(({ name }) => name !== "options");
    const names = protocols.map(({ name }) => name);
    const transport = transportOf(server);
    if (transport === null) return [];
    const answered = transport === "udp" ? ANSWERED_UDP : ANSWERED;
    return protocols.flatMap((protocol) =>
      lintProtocol(protocol, { names, ways: answered })
    );
  });
}

function lintProtocol(
  { name, value }: Property,
  { names, ways }: {
    /** The protocols of the server. */
    readonly names: readonly string[];
    /** The protocols that can be answered so, by the way. */
    readonly ways: ReadonlyMap<unknown, readonly string[]>;
  },
): Diagnostic[] {
  return properties(value).flatMap((rule): Diagnostic[] => {
    const how = property(rule.value, "with")?.value;
    const answered = ways.get(how?.value);
    if (how?.value === "refused" && ways === ANSWERED) return [onlyUdp(how)];
    if (how === undefined || answered === undefined) return [];
    const wanted = `${orList(answered)} can be answered so`;
    if (name !== "CATCHALL") {
      if (answered.includes(name)) return [];
      const message =
        `Invalid value of "with": found "${how.value}" under ${name}, but only ${wanted}`;
      return [{ severity: "error", message, span: spanOf(how) }];
    }
    if (answered.some((protocol) => names.includes(protocol))) return [];
    const message =
      `"${how.value}" never happens here: only ${wanted}, and this server does not look for it`;
    return [{ severity: "warning", message, span: spanOf(how) }];
  });
}

function onlyUdp(how: JsonNode): Diagnostic {
  const message =
    'Invalid value of "with": found "refused", which only a server for UDP can do, one whose key ends in "/udp"';
  return { severity: "error", message, span: spanOf(how) };
}

function error(found: Diagnostic[], node: JsonNode, message: string): void {
  found.push({ severity: "error", message, span: spanOf(node) });
}
