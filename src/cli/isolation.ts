/**
 * Where the data plane runs: in workers under narrowed permissions, or in this
 * thread.
 *
 * @module
 */
import { datagramPlanes } from "../control/datagram_planes.ts";
import { sleepingKeeper, type SocketKeeper } from "../control/socket_keeper.ts";
import type { PlaneMakers } from "../control/supervisor_options.ts";
import { workerPlanes } from "../control/worker_plane.ts";
import { PassthruError } from "../errors.ts";
import type { Logger } from "../observe/log.ts";
import { denoTelemetry } from "../observe/telemetry.ts";
import { UsageError } from "./command.ts";
import { ISOLATIONS } from "./shared_options.ts";

/** Where the data plane runs. */
export type Isolation = typeof ISOLATIONS[number];

/** The worker's module. */
export const WORKER_URL: URL = new URL("../worker.ts", import.meta.url);
/** The module of the worker that serves datagrams. */
export const DATAGRAM_WORKER_URL: URL = new URL(
  "../datagram_worker.ts",
  import.meta.url,
);
/** The module of the worker that holds the listening sockets. */
export const KEEPER_URL: URL = new URL("../keeper.ts", import.meta.url);

/**
 * Reads `--isolation`. Default: `worker`, when the runtime has what it needs.
 *
 * @throws {UsageError} When it is neither word.
 * @throws {PassthruError} `no_worker_options`: the runtime ends the process when
 * a worker is given permissions without that unstable feature, so it is looked
 * for first. Who names `worker` outright is believed.
 */
export function isolationOf(value: string | undefined): Isolation {
  const isolation = ISOLATIONS.find((known) => known === value);
  if (isolation !== undefined) return isolation;
  if (value !== undefined) {
    throw new UsageError([
      `Invalid value of "--isolation": found "${value}", expected worker or none`,
    ]);
  }
  if (hasWorkerOptions()) return "worker";
  throw new PassthruError(
    'Cannot restrict the permissions of workers: the unstable feature "worker-options" is off, ' +
      "since passthru's own deno.json is not in use. " +
      'Run "deno run main.ts" without --no-config and --config, ' +
      'or put "unstable": ["worker-options"] into the deno.json that is in use and add --isolation worker, ' +
      "or add --isolation none to serve in one thread with the permissions of the process",
    { code: "no_worker_options", source: "config" },
  );
}

/**
 * Whether workers can be given permissions. The feature itself cannot be asked
 * for, but `deno.json` switches it on beside an import that only it maps; in an
 * executable both are built in.
 */
function hasWorkerOptions(): boolean {
  if (Deno.build.standalone) return true;
  try {
    import.meta.resolve("#worker-options");
    return true;
  } catch {
    return false;
  }
}

/** What makes the data planes of an isolation. */
export async function planeMakers(
  isolation: Isolation,
  logger: Logger,
): Promise<PlaneMakers> {
  if (isolation === "worker") {
    return {
      makePlane: workerPlanes(WORKER_URL),
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
