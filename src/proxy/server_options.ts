/**
 * What a server is given beside its Plan.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { needsDiscovery } from "../config/routes.ts";
import type { Registry } from "../detect/registry.ts";
import { PassthruError } from "../errors.ts";
import type { Logger } from "../observe/log.ts";
import type { Observer } from "../observe/observer.ts";
import type { Report } from "../observe/report.ts";
import type { FoundTargets } from "../upstream/found_targets.ts";
import type { TargetShare } from "../upstream/target_memory.ts";
import type { LimitMemory } from "./limits/ledger.ts";
import type { SpreadMemory } from "./spread.ts";

/** What a server needs beside its Plan. */
export interface ServerOptions {
  /** The detectors that the Plan may name beside its own. */
  readonly registry: Registry;
  /** Gets the lines that are not about one connection. */
  readonly logger: Logger;
  /** Hears of each connection when it has ended. */
  readonly onReport: (report: Report) => void;
  /** Hears of everything that happens to connections. Default: nobody. */
  readonly observer?: Observer;
  /** Hears how many connections are open, when that changes. */
  readonly onConnections?: (count: number) => void;
  /** Gives each connection its number. Default: 1, 2, 3, ... */
  readonly nextId?: () => number;
  /**
   * What is known of the targets, shared with other servers of the same Plan.
   * Default: nothing is shared.
   */
  readonly targets?: TargetShare;
  /** What limits are counted in. Default: memory of its own. */
  readonly limits?: LimitMemory;
  /** Whether there are descriptors for more. Default: that is not asked. */
  readonly room?: {
    /** Whether there is room for one more. */
    readonly isLeft: boolean;
    /** There were too few, and so many of the open ones had none. */
    exhausted(without?: number): void;
  } | undefined;
  /** For `Spread`. Default: there is no other server of the Plan. */
  readonly spread?: SpreadMemory | undefined;
  /** For `Hops`. Default: shared with no other server. */
  readonly hops?: SharedArrayBuffer | undefined;
  /**
   * The targets of the Plan's services (`srv:`), as the control plane has found
   * them. Needed when there is one: a server does not ask DNS by itself.
   */
  readonly found?: readonly FoundTargets[];
  /** Share the sockets with other servers of this process. Default: `false`. */
  readonly shared?: boolean;
}

/** @throws {PassthruError} When nobody looks the Plan's services up. */
export function checkFound(plan: Plan, { found }: ServerOptions): void {
  if (found !== undefined || !needsDiscovery(plan)) return;
  throw new PassthruError(
    'A Server does not look up "srv:" targets: serve this config with "passthru run"',
    { code: "needs_discovery", source: "config" },
  );
}
