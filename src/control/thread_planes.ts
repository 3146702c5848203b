/**
 * Data planes in this thread, with the permissions of the process.
 *
 * @module
 */
import type { Registry } from "../detect/registry.ts";
import { logReport } from "../observe/connection_log.ts";
import type { Logger } from "../observe/log.ts";
import { observerOf } from "../observe/observers.ts";
import { Room } from "../proxy/room.ts";
import { Server } from "../proxy/server.ts";
import { idCounter, type PlaneMaker } from "./plane.ts";
import { PlaneBook } from "./plane_book.ts";
import { planeCounting } from "./plane_counting.ts";
import { planeObservers } from "./plane_observers.ts";

/** Makes data planes in this thread, with the permissions of the process. */
export function threadPlanes(registry: Registry, logger: Logger): PlaneMaker {
  return (plan, memory) => {
    const { process, targets, spread, found = [], observed, counts } = memory;
    const book = new PlaneBook(observed?.by, observed?.onReports);
    const several = plan.listeners.length > 1;
    const counting = counts &&
      planeCounting(plan, { ship: (some) => counts.add(some) });
    const server = new Server(plan, {
      registry,
      logger,
      onReport: (report) => logReport(logger, report, { several }),
      nextId: idCounter(process.ids),
      limits: process.limits.open(plan),
      targets,
      room: new Room(process.room),
      hops: process.hops,
      spread,
      found,
      shared: true,
      observer: observerOf([...planeObservers(counting), ...book.observers]),
    });
    server.start();
    const quiet = Promise.withResolvers<void>();
    return {
      ready: Promise.resolve(),
      quiet: quiet.promise,
      lost: new Promise(() => {}),
      get connections() {
        return server.connections;
      },
      count() {
        counting?.shipper.ship();
        return Promise.resolve();
      },
      update: (found) => server.update(found),
      async stop(drainMs) {
        const closed = await server.stop(drainMs, quiet.resolve);
        observed?.onEnded(book.end());
        counting?.shipper.stop();
        counts?.retire();
        return closed;
      },
      close: (reason) => server.close(reason),
      ask: (question) => Promise.resolve(book.answer(question, server)),
    };
  };
}
