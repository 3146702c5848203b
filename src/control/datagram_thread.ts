/**
 * Data planes for datagrams in this thread, with the permissions of the process.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { DatagramServer } from "../datagram/datagram_server.ts";
import { cachedNames } from "../datagram/name_cache.ts";
import type { Registry } from "../detect/registry.ts";
import { logReport } from "../observe/connection_log.ts";
import type { Logger } from "../observe/log.ts";
import { observerOf } from "../observe/observers.ts";
import { lookUpName } from "./name_lookup.ts";
import { idCounter, type Plane, type PlaneMaker } from "./plane.ts";
import type { PlaneMemory } from "./plane.ts";
import { PlaneBook } from "./plane_book.ts";
import { type PlaneCounting, planeCounting } from "./plane_counting.ts";
import { planeObservers } from "./plane_observers.ts";

/** What outlives Plans, and which plane has it. */
interface Running {
  readonly server: DatagramServer;
  readonly book: PlaneBook;
  readonly counting: PlaneCounting | undefined;
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
    const shared = running ??= begin(plan, memory, { registry, logger });
    shared.counting?.follow(plan);
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
        shared.counting?.shipper.ship();
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
        observed?.onEnded(shared.book.end());
        shared.counting?.shipper.stop();
        counts?.retire();
        return closed;
      },
      close: (reason) => {
        if (shared.holder === plane) shared.server.close(reason);
      },
      ask: (question) =>
        Promise.resolve(
          shared.holder === plane
            ? shared.book.answer(question, shared.server)
            : null,
        ),
    };
    shared.holder = plane;
    return plane;
  };
}

function begin(
  plan: Plan,
  { process, observed, counts }: PlaneMemory,
  { registry, logger }: { registry: Registry; logger: Logger },
): Running {
  const book = new PlaneBook(observed?.by, observed?.onReports);
  const counting = counts &&
    planeCounting(plan, { ship: (some) => counts.add(some) });
  const server = new DatagramServer({
    registry,
    logger,
    onReport: (report) => logReport(logger, report),
    nextId: idCounter(process.ids),
    resolve: cachedNames(lookUpName),
  });
  server.observe(
    observerOf([...planeObservers(counting), ...book.observers]),
  );
  return { server, book, counting, holder: null };
}
