/**
 * Where the data plane runs: in workers under narrowed permissions, or in this
 * thread.
 *
 * @module
 */
import { PassthruError } from "../errors.ts";
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
