/**
 * Listeners by what they listen on, so that each is compared with few others.
 *
 * @module
 */
import { addressIdentity, dialledIdentity, isWide } from "./address.ts";
import type { ListenerPlan } from "./plan.ts";
import {
  isUnix,
  type ListenAddress,
  overlapsListener,
  reachesListener,
  UNIX_PREFIX,
} from "./unix_address.ts";

type Transport = ListenerPlan["transport"];

/** Finds listeners of a list; they are told by their place in it. */
export class ListenerIndex {
  readonly #listeners: readonly ListenerPlan[];
  /** By {@linkcode keyOf}. */
  readonly #same = new Lists();
  /** All of a port. */
  readonly #ofPort = new Lists();
  /** Those of a port that take what is sent to more than one address. */
  readonly #wide = new Lists();

  constructor(listeners: readonly ListenerPlan[]) {
    this.#listeners = listeners;
    for (const [at, { address, transport }] of listeners.entries()) {
      this.#same.add(transport, keyOf(address), at);
      if (isUnix(address) || address.port === 0) continue;
      this.#ofPort.add(transport, address.port, at);
      if (isWide(address)) this.#wide.add(transport, address.port, at);
    }
  }

  /** The first that cannot be bound beside one of the list, or this one itself. */
  firstOverlapping({ address, transport }: ListenerPlan): number {
    const overlaps = (at: number) => {
      const other = this.#listeners[at]!.address;
      return other.text === address.text || overlapsListener(other, address);
    };
    const lists = [this.#same.of(transport, keyOf(address))];
    if (!isUnix(address)) {
      const others = isWide(address) ? this.#ofPort : this.#wide;
      lists.push(others.of(transport, address.port));
    }
    return Math.min(...lists.flatMap((list) => list.find(overlaps) ?? []));
  }

  /** Those of a transport that a target is certain to reach, in no order. */
  reached(target: ListenAddress, transport: Transport): number[] {
    const key = isUnix(target) ? keyOf(target) : dialledIdentity(target);
    const near = this.#same.of(transport, key);
    const wide = isUnix(target) ? [] : this.#wide.of(transport, target.port);
    return [...near, ...wide].filter((at) =>
      reachesListener(target, this.#listeners[at]!.address)
    );
  }
}

/** Places in a list, ascending, by transport and key. */
class Lists {
  readonly #lists = new Map<string, number[]>();

  add(transport: Transport, key: string | number, at: number): void {
    const name = `${transport} ${key}`;
    const list = this.#lists.get(name);
    if (list === undefined) this.#lists.set(name, [at]);
    else list.push(at);
  }

  of(transport: Transport, key: string | number): readonly number[] {
    return this.#lists.get(`${transport} ${key}`) ?? [];
  }
}

/** Listeners with one text or one address have one key. */
function keyOf(address: ListenAddress): string {
  if (isUnix(address)) {
    return address.path === "" ? address.text : UNIX_PREFIX + address.path;
  }
  // Any port is another one for each; addresses with errors have this port, too.
  return address.port === 0 ? address.text : addressIdentity(address);
}
