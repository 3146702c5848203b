/**
 * Addresses of datagrams.
 *
 * @module
 */

/** An IP address and a port, as the runtime tells who has sent a datagram. */
export interface DatagramAddress {
  readonly hostname: string;
  readonly port: number;
}

/** What an address is known by: `192.0.2.7 4433`. */
export function addressKey({ hostname, port }: DatagramAddress): string {
  return `${hostname} ${port}`;
}
