/** passthru's control plane in the test process, with workers of the test's own. */
import { assert } from "@std/assert";
import { KEEPER_URL } from "../../src/cli/isolation.ts";
import { formatDiagnostics, loadConfig } from "../../src/config/load.ts";
import type { Plan } from "../../src/config/plan.ts";
import type { PlaneMaker } from "../../src/control/plane.ts";
import { threadPlanes } from "../../src/control/thread_planes.ts";
import { sleepingKeeper } from "../../src/control/socket_keeper.ts";
import {
  Supervisor,
  type SupervisorOptions,
} from "../../src/control/supervisor.ts";
import { workerPlanes } from "../../src/control/worker_plane.ts";
import type { Registry } from "../../src/detect/registry.ts";
import type { PassthruError } from "../../src/errors.ts";
import { Logger } from "../../src/observe/log.ts";
import type { LogLine } from "./process.ts";
import { until } from "./wait.ts";

/** A supervisor, and what it said. */
export interface Supervised extends AsyncDisposable {
  readonly control: Supervisor;
  /** Lines of the control plane's log; a worker's connections are not in it. */
  readonly lines: readonly LogLine[];
  /** Errors that serving could not go on with. */
  readonly failures: readonly PassthruError[];
  /** Port of a listener, by its place in the Plan. */
  port(index?: number): number;
}

/** Loads a config that must be good. */
export function planOf(config: unknown, registry: Registry): Plan {
  const { plan, source, diagnostics } = loadConfig(
    "test.jsonc",
    new TextEncoder().encode(JSON.stringify(config)),
    registry,
  );
  assert(plan, formatDiagnostics(source, diagnostics));
  return plan;
}

/**
 * A supervisor that serves nothing yet.
 *
 * @param worker The module of its workers, or the detectors for data planes in
 * this thread.
 * @param more Options beside those that every test has.
 */
export function supervise(
  worker: URL | Registry,
  more: Partial<SupervisorOptions> = {},
): Supervised {
  const lines: LogLine[] = [];
  const failures: PassthruError[] = [];
  const logger = new Logger({
    format: "json",
    write(text) {
      for (const line of text.split("\n")) {
        if (line !== "") lines.push(JSON.parse(line));
      }
    },
  });
  const control = new Supervisor({
    makePlane: makerOf(worker, logger),
    keeper: worker instanceof URL ? sleepingKeeper(KEEPER_URL) : undefined,
    logger,
    cores: 2,
    onFailure: (error) => failures.push(error),
    ...more,
  });
  return {
    control,
    lines,
    failures,
    port: (index = 0) => control.listeners[index]!.address.port,
    async [Symbol.asyncDispose]() {
      await control.stop(0);
    },
  };
}

function makerOf(worker: URL | Registry, logger: Logger): PlaneMaker {
  return worker instanceof URL
    ? workerPlanes(worker)
    : threadPlanes(worker, logger);
}

/** Waits until a supervisor has logged so many lines with that message. */
export async function logged(
  { lines }: Supervised,
  message: string,
  count = 1,
): Promise<LogLine[]> {
  return await until(`${count} lines "${message}"`, () => {
    const found = lines.filter(({ msg }) => msg === message);
    return found.length >= count ? found : null;
  });
}
