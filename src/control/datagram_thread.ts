/**
 * Data planes for datagrams in this thread, with the permissions of the process.
 *
 * @module
 */
import { DatagramServer } from "../datagram/datagram_server.ts";
import { cachedNames } from "../datagram/name_cache.ts";
import type { Registry } from "../detect/registry.ts";
import { logReport } from "../observe/connection_log.ts";
import type { Logger } from "../observe/log.ts";
import { DatagramObserving } from "./datagram_observing.ts";
import { lookUpName } from "./name_lookup.ts";
import { idCounter, type Plane, type PlaneMaker } from "./plane.ts";
import type { ProcessMemory } from "./process_memory.ts";

/** What outlives Plans, and which plane has it. */
interface Running {
  readonly server: DatagramServer;
  readonly observing: DatagramObserving;
  holder: object | null;
}

/** Makes data planes that share one server. */
export function threadDatagramPlanes(
  registry: Registry,
  logger: Logger,
): PlaneMaker {
  let running: Running | null = null;
  return (plan, memory) => {
    const { process, targets, found = [], observed, counts } = memory;
    const limits = process.limits.open(plan);
    const shared = running ??= begin(process, { registry, logger });
    shared.observing.follow(plan, {
      by: observed?.by,
      onReports: observed?.onReports,
      counting: counts && { ship: (some) => counts.add(some) },
    });
    shared.server.serve(plan, { targets, limits, found });
    const quiet = Promise.withResolvers<void>();
    const plane: Plane = {
      ready: Promise.resolve(),
      quiet: quiet.promise,
      lost: new Promise(() => {}),
      get connections() {
        return shared.holder === plane ? shared.server.connections : 0;
      },
      get bound() {
        return shared.holder === plane ? shared.server.listeners : [];
      },
      count() {
        shared.observing.count();
        return Promise.resolve();
      },
      update: (found) => shared.server.update(found),
      async stop(drainMs) {
        if (shared.holder !== plane) {
          quiet.resolve();
          return 0;
        }
        running = null;
        const closed = await shared.server.stop(drainMs, quiet.resolve);
        observed?.onEnded(shared.observing.end());
        shared.observing.stopCounting();
        counts?.retire();
        return closed;
      },
      close: (reason) => {
        if (shared.holder === plane) shared.server.close(reason);
      },
      ask: (question) =>
        Promise.resolve(
          shared.holder === plane ? shared.observing.answer(question) : null,
        ),
    };
    shared.holder = plane;
    return plane;
  };
}

function begin(
  { ids }: ProcessMemory,
  { registry, logger }: { registry: Registry; logger: Logger },
): Running {
  const server = new DatagramServer({
    registry,
    logger,
    onReport: (report) => logReport(logger, report),
    nextId: idCounter(ids),
    resolve: cachedNames(lookUpName),
  });
  return { server, observing: new DatagramObserving(server), holder: null };
}
