/**
 * Names of targets that were looked up a moment ago: a flow of datagrams begins
 * far too often to look one up each time.
 *
 * @module
 */
import type { Resolve } from "./flow_context.ts";

/** How long an address is used, in milliseconds; DNS does not tell us. */
const KEPT_MS = 5_000;
/** How long a name that leads nowhere is not looked up again, in ms. */
const FAILED_KEPT_MS = 1_000;
/** Most names that are kept; then the oldest is forgotten. */
const MOST_NAMES = 1_024;

/** A name that is being looked up, or was. */
interface Known {
  readonly address: Promise<string>;
  untilMs: number;
}

/**
 * Looks names up once for all who ask for them within seconds.
 *
 * @param look Looks one up.
 * @param now The time in milliseconds. Default: `performance.now`.
 */
export function cachedNames(
  look: Resolve,
  now: () => number = () => performance.now(),
): Resolve {
  const names = new Map<string, Known>();
  return (hostname) => {
    const known = names.get(hostname);
    if (known !== undefined && now() < known.untilMs) return known.address;
    const address = look(hostname);
    const fresh: Known = { address, untilMs: Infinity };
    names.delete(hostname);
    if (names.size >= MOST_NAMES) {
      for (const oldest of names.keys()) {
        names.delete(oldest);
        break;
      }
    }
    names.set(hostname, fresh);
    address.then(
      () => fresh.untilMs = now() + KEPT_MS,
      () => fresh.untilMs = now() + FAILED_KEPT_MS,
    );
    return address;
  };
}
