/**
 * The worker's side of a data plane.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import type { Detector } from "../detect/detector.ts";
import { Registry } from "../detect/registry.ts";
import { logReport } from "../observe/connection_log.ts";
import { Logger } from "../observe/log.ts";
import { observerOf } from "../observe/observers.ts";
import { stderrQueue, STOP_FLUSH_MS } from "../observe/stderr.ts";
import { Room } from "../proxy/room.ts";
import { Server } from "../proxy/server.ts";
import { keepBeating } from "./heartbeat.ts";
import type { ServeMessage } from "./messages.ts";
import { idCounter } from "./plane.ts";
import { PlaneBook } from "./plane_book.ts";
import { type PlaneCounting, planeCounting } from "./plane_counting.ts";
import { planeObservers } from "./plane_observers.ts";
import { bePresent } from "./presence.ts";
import { VitalSigns } from "./vital_signs.ts";
import {
  CRASH_FLUSH_MS,
  reportCrash,
  type WorkerScope,
} from "./worker_scope.ts";

/**
 * Serves what the control plane says, until it says stop. To be called once, at
 * the top of a worker's module.
 *
 * @param registry The detectors that the Plan was checked against.
 */
export function serveInWorker(registry: Registry): void {
  const scope = globalThis as unknown as WorkerScope;
  let serving: Serving | null = null;
  let signs = new VitalSigns();
  reportCrash(scope, async () => {
    await serving?.logger.end(CRASH_FLUSH_MS);
  });
  scope.onmessage = async ({ data }) => {
    switch (data.kind) {
      case "serve": {
        signs = new VitalSigns(data.signs);
        keepBeating(signs, data.plan.stallTimeoutMs);
        void bePresent(data.lock)
          .then(() => scope.postMessage({ kind: "present" }));
        const parts = { scope, registry, signs };
        serving = signs.during("starting", () => start(data, parts));
        return;
      }
      case "stop": {
        const onQuiet = () => scope.postMessage({ kind: "quiet" });
        const closed = await serving?.server.stop(data.drainMs, onQuiet) ?? 0;
        const connections = serving?.book.end() ?? [];
        scope.postMessage({ kind: "ended", connections });
        await serving?.logger.end(STOP_FLUSH_MS.worker);
        serving?.counting?.shipper.stop();
        scope.postMessage({ kind: "stopped", closed });
        return;
      }
      case "found":
        serving?.server.update(data.found);
        return;
      case "ask": {
        const { number, question } = data;
        const answer = signs.during(
          "answering the admin server",
          () => serving?.book.answer(question, serving.server) ?? null,
        );
        scope.postMessage({ kind: "answer", number, answer });
        return;
      }
      case "count":
        serving?.counting?.shipper.ship();
        scope.postMessage({
          kind: "answer",
          number: data.number,
          answer: null,
        });
        return;
      case "log":
        serving?.logger.setLevel(data.level);
        return;
      case "close":
        serving?.server.close(data.reason);
    }
  };
  scope.postMessage({ kind: "loaded" });
  // A thread's first timer takes Deno 2.9.6 some 4 ms, which load modules of its
  // own: here they pass while the control plane answers.
  clearTimeout(setTimeout(() => {}));
}

/** What a worker has before it serves. */
interface WorkerParts {
  readonly scope: WorkerScope;
  readonly registry: Registry;
  readonly signs: VitalSigns;
}

/** A server and what it logs to. */
interface Serving {
  readonly server: Server;
  readonly logger: Logger;
  readonly book: PlaneBook;
  /** `null`: nothing is counted. */
  readonly counting: PlaneCounting | null;
}

function start(
  data: ServeMessage,
  { scope, registry, signs }: WorkerParts,
): Serving | null {
  const { plan, ids, targets, hops, limits, room, spread, found = [] } = data;
  const several = plan.listeners.length > 1;
  const logger = new Logger({ ...plan.log, write: stderrQueue() });
  const book = new PlaneBook(
    data.observing,
    (batch, dropped) => scope.postMessage({ kind: "reports", batch, dropped }),
  );
  const counting = data.counting === true
    ? planeCounting(plan, {
      ship: (counts) => scope.postMessage({ kind: "counted", counts }),
      log: logger,
    })
    : null;
  try {
    const server = new Server(plan, {
      registry: withWatched(registry, plan, signs),
      logger,
      onReport: (report) => logReport(logger, report, { several }),
      onConnections: (open) => signs.connections = open,
      nextId: idCounter(ids),
      targets,
      limits,
      room: room && new Room(room),
      hops,
      spread,
      found,
      shared: true,
      observer: observerOf([
        signs.observer,
        ...planeObservers(counting),
        ...book.observers,
      ]),
    });
    server.start();
    // From here on it counts how long the event loop stands still.
    signs.beat();
    scope.postMessage({ kind: "serving" });
    return { server, logger, book, counting };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    scope.postMessage({ kind: "failed", message });
    return null;
  }
}

/** The detectors; when one of a module is asked, it is noted which. */
function withWatched(
  registry: Registry,
  { modules }: Plan,
  signs: VitalSigns,
): Registry {
  if (modules.length === 0) return registry;
  const places = new Map(modules.map(({ name }, place) => [name, place]));
  return new Registry(registry.detectors.map((detector) => {
    const place = places.get(detector.name);
    if (place === undefined) return detector;
    const detect: Detector["detect"] = (view, state) =>
      signs.asking(place, () => detector.detect(view, state));
    return { ...detector, detect };
  }));
}
