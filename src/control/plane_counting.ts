/**
 * Counting in a data plane, wherever it runs.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { CountShipper } from "../observe/count_shipper.ts";
import { CountingObserver } from "../observe/counting_observer.ts";
import type { Counts } from "../observe/counts.ts";
import type { Logger } from "../observe/log.ts";
import { planNames } from "./plan_names.ts";

/** What counts in a data plane, and sends what was counted. */
export interface PlaneCounting {
  /** For the server. */
  readonly observer: CountingObserver;
  readonly shipper: CountShipper;
  /** Counts by what another Plan names from now on. */
  follow(plan: Plan): void;
}

/** Options of {@linkcode planeCounting}. */
export interface PlaneCountingOptions {
  /** Takes what was counted. */
  readonly ship: (counts: Counts) => void;
  /** The data plane's own log, whose dropped lines count. Default: it has none. */
  readonly log?: Pick<Logger, "dropped">;
}

/** Counts by what a Plan names. */
export function planeCounting(
  plan: Plan,
  { ship, log }: PlaneCountingOptions,
): PlaneCounting {
  const observer = new CountingObserver(planNames(plan), () => shipper.wake());
  let told = 0;
  const shipper = new CountShipper({
    observer: {
      get connections() {
        return observer.connections;
      },
      take() {
        const counts = observer.take();
        const dropped = log?.dropped ?? 0;
        const logLinesDropped = dropped - told;
        told = dropped;
        return logLinesDropped > 0 ? { ...counts, logLinesDropped } : counts;
      },
    },
    ship,
  });
  const follow = (next: Plan) => observer.follow(planNames(next));
  return { observer, shipper, follow };
}
