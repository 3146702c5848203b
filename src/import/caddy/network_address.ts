/**
 * Caddy's network addresses: `tcp/:443`, `udp/:53`, `unix//run/app.sock`.
 *
 * @module
 */
import { joinAddress } from "../addresses.ts";

/** An address of one socket. */
export type NetworkAddress =
  | { readonly kind: "unix"; readonly path: string }
  | {
    readonly kind: "ip";
    readonly transport: "tcp" | "udp";
    /** Host without brackets; empty: all interfaces. */
    readonly host: string;
    /** As passthru's config has it. */
    readonly address: string;
  };

/** Most ports of a range. */
const MAX_PORTS = 256;

/** The addresses that a text stands for; none: it is no address. */
export function networkAddress(text: string): NetworkAddress[] {
  const socket = /^unix\/(\/[^|]*)(?:\|\d+)?$/.exec(text);
  if (socket !== null) return [{ kind: "unix", path: socket[1]! }];
  const found = /^(?:(tcp|udp)(4|6)?\/)?(.*):(\d{1,5})(?:-(\d{1,5}))?$/
    .exec(text);
  if (found === null) return [];
  const [, transport = "tcp", family, written = "", from, to] = found;
  const host = written.replace(/^\[(.*)\]$/, "$1") ||
    (family === "4" ? "0.0.0.0" : family === "6" ? "::" : "");
  const [first, last] = [Number(from), Number(to ?? from)];
  if (first < 1 || last < first || last > 65535 || last - first >= MAX_PORTS) {
    return [];
  }
  return Array.from({ length: last - first + 1 }, (_, index) => index + first)
    .flatMap((port) => {
      const joined = joinAddress(host, String(port));
      return joined.ok
        ? [{
          kind: "ip",
          transport: transport as "tcp" | "udp",
          host,
          address: joined.address,
        }]
        : [];
    });
}
