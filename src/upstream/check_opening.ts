/**
 * What a target gets on a connection that has no client, such as a check.
 *
 * @module
 */
import type { SendProxy } from "../config/plan.ts";
import { encodeV1 } from "../net/proxy_protocol_v1.ts";
import { encodeLocal } from "../net/proxy_protocol_v2.ts";
import type { ByteSink } from "../net/pipe.ts";
import { writeAll } from "../net/write_all.ts";

/**
 * Sends a target the PROXY header that its routes send, which names no client:
 * `UNKNOWN` or `LOCAL`, meant for checks (proxy-protocol.txt §2.1, §2.2). One that
 * takes connections only behind a header would note a fault otherwise.
 *
 * Never rejects: whether the target accepts is known by then.
 *
 * @param version Absent: its routes send none, and nothing is sent.
 */
export async function openCheck(
  target: Pick<ByteSink, "write">,
  version: SendProxy | undefined,
): Promise<void> {
  if (version === undefined) return;
  try {
    await writeAll(target, version === "v1" ? encodeV1(null) : encodeLocal());
  } catch {
    // It has accepted, and left at once.
  }
}

/**
 * The header for a target of several routes. Where one of them sends none the
 * target must do without, and gets none.
 */
export function headerOfAll(
  routes: readonly { readonly sendProxy?: SendProxy }[],
): SendProxy | undefined {
  return routes.every(({ sendProxy }) => sendProxy !== undefined)
    ? routes[0]?.sendProxy
    : undefined;
}
