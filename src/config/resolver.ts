/**
 * `resolver`: the DNS servers that `srv:` targets are asked for.
 *
 * @module
 */
import { ipBytes } from "../address/ip_address.ts";
import { formatHostPort, type HostPort, parseAddress } from "./address.ts";
import { type Diagnostic, quoted } from "./diagnostics.ts";
import { type JsonNode, property, spanOf } from "./source.ts";

/** The port of DNS (RFC 7766). */
export const DNS_PORT = 53;

/**
 * Reads `resolver`.
 *
 * @returns `undefined` when the config has none.
 */
export function resolverOf(
  root: JsonNode,
  found: Diagnostic[],
): HostPort[] | undefined {
  const field = property(root, "resolver")?.value;
  const nodes = field?.type === "array" ? field.children ?? [] : [field];
  const servers = nodes.flatMap((node) => {
    if (node?.type !== "string") return [];
    const text = node.value as string;
    const parsed = parseAddress(text, "target");
    if (parsed.ok && ipBytes(parsed.address.hostname) !== null) {
      return [parsed.address];
    }
    const bare = text.replace(/^\[(.*)\]$/, "$1");
    const guess = ipBytes(bare) === null
      ? ""
      : ` (did you mean "${formatHostPort(bare, DNS_PORT)}"?)`;
    found.push({
      severity: "error",
      message: `Invalid value of "resolver": found ${
        quoted(text)
      }, expected an IP address and a port such as "127.0.0.1:53"${guess}`,
      span: spanOf(node),
    });
    return [];
  });
  return servers.length === 0 ? undefined : servers;
}
