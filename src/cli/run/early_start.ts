/**
 * Starting a worker before what controls it is loaded.
 *
 * @module
 */
import type { Plan } from "../../config/plan.ts";
import { partOf } from "../../config/routes.ts";
import { netScopes, socketScopes } from "../../config/scopes.ts";
import { isUnix, type ListenAddress } from "../../config/unix_address.ts";
import { descriptorsOf } from "../../control/descriptor_reserve.ts";
import { EarlyWorker } from "../../control/early_worker.ts";
import { planeCount } from "../../control/plane_count.ts";
import { workerSpec } from "../../control/worker_start.ts";
import { freeDescriptors } from "../../net/free_descriptors.ts";
import { type Isolation, WORKER_URL } from "../isolation.ts";
import { isEmpty, missingScopes } from "../permissions.ts";

/** What decides about an early worker. */
export interface EarlyStartOptions {
  readonly isolation: Isolation;
  /** A file that may be read. */
  readonly readable: string;
}

function hasNoPort(address: ListenAddress): boolean {
  return !isUnix(address) && address.port === 0;
}

/**
 * Starts the first worker of a Plan: with another one on two cores it would serve
 * later. `null`: the Plan has none, or descriptors or permissions may be missing,
 * which who starts it then tells.
 */
export function startEarly(
  plan: Plan,
  { isolation, readable }: EarlyStartOptions,
): EarlyWorker | null {
  const tcp = partOf(plan, "tcp");
  if (isolation === "none" || tcp.listeners.length === 0) return null;
  // It would be one for another port than the one that is bound.
  if (tcp.listeners.some(({ address }) => hasNoPort(address))) return null;
  const workers = planeCount(plan, navigator.hardwareConcurrency);
  // Those of all workers are counted again when this one has its own, and there
  // may be one for datagrams.
  const needed = descriptorsOf(workers + 2, plan.listeners.length);
  if (freeDescriptors(readable, needed) < needed) return null;
  // On a terminal the runtime would ask for what a worker is to have.
  const sockets = socketScopes(tcp);
  const scopes = { net: netScopes(tcp), read: sockets, write: sockets };
  if (!isEmpty(missingScopes(scopes))) return null;
  return new EarlyWorker(workerSpec(WORKER_URL, tcp));
}
