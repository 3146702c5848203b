/**
 * What DNS may not name as a target: this passthru itself.
 *
 * @module
 */
import { type HostPort, reaches } from "../config/address.ts";
import type { ListenerPlan } from "../config/plan.ts";
import { isUnix } from "../config/unix_address.ts";

/** Addresses that mean this machine when they are dialled. */
const UNSPECIFIED = new Set(["0.0.0.0", "::"]);

/**
 * Says why a target would be dialled in vain, as far as its address shows.
 * Addresses of this machine other than loopback are not known here.
 *
 * @param listeners With the addresses that they are bound to.
 */
export function forbiddenBy(
  listeners: readonly Pick<ListenerPlan, "address">[],
): (hostname: string, port: number) => string | null {
  return (hostname, port) => {
    if (UNSPECIFIED.has(hostname)) return "it is not an address of a target";
    const target = { text: hostname, hostname, port };
    const own = listeners.find(({ address }) =>
      !isUnix(address) && isOwn(target, address)
    );
    return own === undefined
      ? null
      : `it is the listener "${own.address.text}": the connection would loop`;
  };
}

function isOwn(target: HostPort, listener: HostPort): boolean {
  if (reaches(target, listener)) return true;
  const everywhere = listener.hostname === "" ||
    UNSPECIFIED.has(listener.hostname);
  return everywhere && target.port === listener.port &&
    /^127\.[\d.]+$/.test(target.hostname);
}
