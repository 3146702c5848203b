/**
 * The ports of the sockets towards targets, by which a datagram is known that
 * passthru has sent to itself.
 *
 * @module
 */
import { isLoopback } from "../address/loopback.ts";
import { ipStart } from "../net/address_text.ts";
import type { DatagramAddress } from "./address.ts";
import type { TargetLink } from "./target_link.ts";

/** Knows all sockets towards targets. */
export class OwnPorts {
  readonly #links = new Map<number, TargetLink>();

  /** A socket is there. */
  add(link: TargetLink): void {
    this.#links.set(link.port, link);
  }

  /** It is not there any more. */
  remove(link: TargetLink): void {
    if (this.#links.get(link.port) === link) this.#links.delete(link.port);
  }

  /**
   * Whether an address is that of such a socket. On which address of the machine
   * it sends is not known: a target on the machine itself hears it from there.
   */
  isOwn({ hostname, port }: DatagramAddress): boolean {
    const link = this.#links.get(port);
    if (link === undefined) return false;
    const ip = hostname.slice(ipStart(hostname));
    return isLoopback(ip) || ip === link.target.hostname;
  }
}
