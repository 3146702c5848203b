/**
 * What makes the data planes of an isolation.
 *
 * @module
 */
import { datagramPlanes } from "../control/datagram_planes.ts";
import type { EarlyWorker } from "../control/early_worker.ts";
import { sleepingKeeper, type SocketKeeper } from "../control/socket_keeper.ts";
import type { PlaneMakers } from "../control/supervisor_options.ts";
import { workerPlanes } from "../control/worker_plane.ts";
import type { Logger } from "../observe/log.ts";
import { denoTelemetry } from "../observe/telemetry.ts";
import {
  DATAGRAM_WORKER_URL,
  type Isolation,
  KEEPER_URL,
  WORKER_URL,
} from "./isolation.ts";

/** Options of {@linkcode planeMakers}. */
export interface PlaneMakersOptions {
  /** A worker that was started before. Default: there is none. */
  readonly early?: EarlyWorker | null;
}

/** What makes the data planes of an isolation. */
export async function planeMakers(
  isolation: Isolation,
  logger: Logger,
  { early = null }: PlaneMakersOptions = {},
): Promise<PlaneMakers> {
  if (isolation === "worker") {
    return {
      makePlane: workerPlanes(WORKER_URL, early),
      makeDatagramPlane: datagramPlanes(DATAGRAM_WORKER_URL, logger),
    };
  }
  // With workers, this thread serves nobody.
  const { planeMakersHere }: typeof import("./planes_here.ts") = await import(
    new URL("./planes_here.ts", import.meta.url).href
  );
  return planeMakersHere(logger);
}

/**
 * Who holds the listening sockets; `undefined`: the control plane's thread. In one
 * thread it accepts from them anyhow, and with OpenTelemetry on no thread may
 * sleep: Deno 2.9.6 then exports no metrics.
 */
export function socketKeeper(isolation: Isolation): SocketKeeper | undefined {
  return isolation === "none" || denoTelemetry() !== null
    ? undefined
    : sleepingKeeper(KEEPER_URL);
}
