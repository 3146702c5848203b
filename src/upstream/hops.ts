/**
 * How often a connection has come through this process already.
 *
 * A target may lead back to one of our own listeners, and a name may do so at
 * any time. The bytes being the same, the route is the same again, without end.
 * To forward from one listener to another on purpose is no loop, so connections
 * are not refused for it but counted.
 *
 * Every connection to a target is noted by both of its ends, which are those of
 * the client's connection when it comes back. What is noted is in memory that
 * all data planes share: by the local port a hash of the ends, and the count.
 *
 * It is noted as soon as it is there, but its other end may be accepted before:
 * so it is counted, by the target's port, how many are on their way.
 *
 * @module
 */
import { isLoopback } from "../address/loopback.ts";
import { reaches } from "../config/address.ts";
import type { TargetPlan } from "../config/plan.ts";
import { PassthruError } from "../errors.ts";
import { addressText, ipStart } from "../net/address_text.ts";

/** Most times that a connection may come back. */
export const MAX_HOPS = 8;

const PORTS = 65_536;
const WORDS = 2;
/** Where the dials are counted that are on their way, a word for each port. */
const DIALS_AT = PORTS * WORDS;
/** Size of the memory, in bytes. */
export const HOPS_BYTES: number = (DIALS_AT + PORTS) * 4;

/** Where a listener is bound; a Unix socket has port 0. */
export interface BoundAddress {
  /** An IP address. */
  readonly hostname: string;
  readonly port: number;
}

/** The hops of all connections of the process, as a listener sees them. */
export class Hops {
  readonly #words: Int32Array;
  readonly #bound: BoundAddress;

  /** @param memory Of {@linkcode HOPS_BYTES}, the same for all listeners. */
  constructor(memory: SharedArrayBuffer, bound: BoundAddress) {
    this.#words = new Int32Array(memory);
    this.#bound = bound;
  }

  /** Whether an address is certain to be the listener's own. */
  isListener(address: Deno.Addr): boolean {
    const { port } = this.#bound;
    if (port === 0 || !("hostname" in address) || address.port !== port) {
      return false;
    }
    return reaches({ ...address, text: "" }, { ...this.#bound, text: "" });
  }

  /** The way of a client's connection, which is asked once its bytes are here. */
  wayOf(client: Deno.Conn): Way {
    return new Way(this, client);
  }

  /**
   * Whether a client may be a connection of ours that is not noted yet. It will
   * be before it sends a byte, and has ended when it is refused.
   */
  isUnsettled({ localAddr, remoteAddr }: Deno.Conn): boolean {
    const { port } = this.#bound;
    if (Atomics.load(this.#words, DIALS_AT + port) <= 0) return false;
    return isOwn(localAddr, remoteAddr) &&
      this.read(remoteAddr, localAddr) === 0;
  }

  /** Counts dials to a port that are on their way. @param by 1 or -1. */
  countDials(port: number, by: number): void {
    Atomics.add(this.#words, DIALS_AT + port, by);
  }

  /** The count of a connection that has these ends; 0: it is not noted. */
  read(local: Deno.Addr, remote: Deno.Addr): number {
    const at = placeOf(local);
    if (at === null) return 0;
    const noted = Atomics.load(this.#words, at);
    if (noted === 0) return 0;
    const hops = Atomics.load(this.#words, at + 1);
    return noted === hashOf(local, remote) ? hops : 0;
  }

  /** Notes a connection that has this place and hash. */
  note(at: number, hash: number, hops: number): void {
    Atomics.store(this.#words, at + 1, hops);
    Atomics.store(this.#words, at, hash);
  }

  /** Forgets a connection that has this place and hash. */
  forget(at: number, hash: number): void {
    // Another connection may have the same local port to another address.
    Atomics.compareExchange(this.#words, at, hash, 0);
  }
}

/** The way of one connection through this process. */
export class Way implements Disposable {
  readonly #hops: Hops;
  /** How often the connection has been here before. */
  readonly count: number;
  /** Where the connection to the target is noted; `null`: it is not. */
  #at: number | null = null;
  #hash = 0;
  /** Port of a target that is being dialled; `null`: none is. */
  #dialling: number | null = null;

  /** Made by {@linkcode Hops}. */
  constructor(hops: Hops, { localAddr, remoteAddr }: Deno.Conn) {
    this.#hops = hops;
    this.count = hops.read(remoteAddr, localAddr);
  }

  /** Why it goes no further; `null`: it may. */
  get refusal(): { readonly reason: "loop"; readonly error: string } | null {
    if (this.count < MAX_HOPS) return null;
    return {
      reason: "loop",
      error:
        `The connection has come back to passthru ${MAX_HOPS} times: its targets lead to its listeners`,
    };
  }

  /**
   * Says that a target is dialled, until {@linkcode Way.enter} or
   * {@linkcode Way.stay}.
   */
  leave(target: TargetPlan): void {
    const port = this.#dialling = portOf(target);
    if (port !== null) this.#hops.countDials(port, 1);
  }

  /** Says that the dial has failed. Idempotent. */
  stay(): void {
    if (this.#dialling !== null) this.#hops.countDials(this.#dialling, -1);
    this.#dialling = null;
  }

  /**
   * Notes that it goes on to a target.
   *
   * @throws {PassthruError} `loop`: the target is the listener that took the
   * client's connection.
   */
  enter(target: Deno.Conn): void {
    this.#forget();
    if (this.#hops.isListener(target.remoteAddr)) {
      throw new PassthruError(
        `it leads to ${
          addressText(target.remoteAddr)
        }, the listener itself: the connection would loop`,
        { code: "loop", source: "config" },
      );
    }
    this.#at = placeOf(target.localAddr);
    if (this.#at !== null) {
      this.#hash = hashOf(target.localAddr, target.remoteAddr);
      this.#hops.note(this.#at, this.#hash, this.count + 1);
    }
    this.stay();
  }

  /** Forgets the connection to the target. Idempotent. */
  [Symbol.dispose](): void {
    this.stay();
    this.#forget();
  }

  #forget(): void {
    if (this.#at !== null) this.#hops.forget(this.#at, this.#hash);
    this.#at = null;
  }
}

/** The port that a target is dialled at; `null`: it has none. */
function portOf(target: TargetPlan): number | null {
  if (target.kind === "address") return target.address.port;
  return target.kind === "dynamic" ? target.port : null;
}

/** Whether both ends of a connection are on this machine, as far as they tell. */
function isOwn(local: Deno.Addr, remote: Deno.Addr): boolean {
  if (!("hostname" in local) || !("hostname" in remote)) return false;
  return local.hostname === remote.hostname || isLoopback(remote.hostname);
}

/** Where a connection is noted; `null`: it has no port. */
function placeOf(local: Deno.Addr): number | null {
  return "port" in local ? local.port * WORDS : null;
}

/** FNV-1a of both ends, IPv4 always the same; never 0. */
function hashOf(local: Deno.Addr, remote: Deno.Addr): number {
  return hashEnd(hashEnd(0x811c9dc5, local), remote) | 1;
}

/** Without a text of its own: this is done for each connection. */
function hashEnd(start: number, end: Deno.Addr): number {
  if (!("hostname" in end)) return start;
  const { hostname, port } = end;
  let hash = start;
  for (let i = ipStart(hostname); i < hostname.length; i++) {
    hash = Math.imul(hash ^ hostname.charCodeAt(i), 0x01000193);
  }
  return Math.imul(hash ^ port, 0x01000193);
}
