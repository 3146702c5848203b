/**
 * Generations that accept no more and still have connections.
 *
 * @module
 */
import type { CloseReason } from "../errors.ts";
import type { Logger } from "../observe/log.ts";
import type { Generation } from "./generation.ts";

/**
 * So many workers of old generations go on at a time. Each takes a thread and
 * some megabytes, so there is an end to them where configs change often and
 * connections last for days.
 */
const MOST_WORKERS = 64;

/** An old generation, as it is told of. */
export interface OldGeneration {
  /** Its number. */
  readonly generation: number;
  /** Connections that are open. */
  readonly connections: number;
  /** Its workers that still have some. */
  readonly workers: number;
  /** When another took its place, in milliseconds since the epoch. */
  readonly replaced_at: number;
  /**
   * When what is still open is closed, in milliseconds since the epoch; `null`:
   * never, it goes on as long as it lasts.
   */
  readonly closes_at: number | null;
}

/** What the old generations are, and until when. */
interface Draining {
  readonly drained: Promise<number>;
  readonly replacedAt: number;
  closesAt: number | null;
  /** Closes what is still open at the bound. */
  timer?: ReturnType<typeof setTimeout>;
}

/** What is needed of a generation. */
export type Drainable = Pick<
  Generation,
  "number" | "connections" | "planes" | "stop" | "close"
>;

/** Options of {@linkcode OldGenerations}. */
export interface OldGenerationsOptions<G extends Drainable> {
  readonly logger: Logger;
  /** Hears that one has drained. */
  readonly onDrained: (generation: G) => void;
  /** Most workers of all together. Default: 64. */
  readonly mostWorkers?: number;
}

/** Lets generations drain. */
export class OldGenerations<G extends Drainable = Generation> {
  readonly #options: OldGenerationsOptions<G>;
  /** Oldest first. */
  readonly #draining = new Map<G, Draining>();

  /** There are none yet. */
  constructor(options: OldGenerationsOptions<G>) {
    this.#options = options;
  }

  /** Oldest first. */
  get all(): G[] {
    return [...this.#draining.keys()];
  }

  /** What is told of them, oldest first. */
  get states(): OldGeneration[] {
    return [...this.#draining].map(([one, { replacedAt, closesAt }]) => ({
      generation: one.number,
      connections: one.connections,
      workers: one.planes.length,
      replaced_at: replacedAt,
      closes_at: closesAt,
    }));
  }

  /**
   * Has a generation stop to accept.
   *
   * @param drainMs How long its connections may go on, in milliseconds; `null`:
   * as long as they last.
   */
  drain(generation: G, drainMs: number | null): void {
    const drained = generation.stop(drainMs).finally(() => {
      clearTimeout(draining.timer);
      this.#draining.delete(generation);
      this.#options.onDrained(generation);
    });
    const replacedAt = Date.now();
    const closesAt = drainMs === null ? null : replacedAt + drainMs;
    const draining: Draining = { drained, replacedAt, closesAt };
    this.#draining.set(generation, draining);
  }

  /**
   * Keeps to the bound: while there are too many workers, the oldest generation
   * without a deadline gets one.
   *
   * @param drainMs The deadline, in milliseconds from now.
   */
  bound(drainMs: number): void {
    const { logger, mostWorkers = MOST_WORKERS } = this.#options;
    let workers = this.all.reduce((sum, one) => sum + one.planes.length, 0);
    for (const [generation, draining] of this.#draining) {
      if (workers <= mostWorkers) return;
      workers -= generation.planes.length;
      if (draining.closesAt !== null) continue;
      draining.closesAt = Date.now() + drainMs;
      draining.timer = setTimeout(
        () => generation.close("drain_deadline"),
        drainMs,
      );
      logger.log("warn", "too many old workers, the oldest are being ended", {
        generation: generation.number,
        connections: generation.connections,
        most: mostWorkers,
        drain_seconds: drainMs / 1_000,
      });
    }
  }

  /**
   * Waits until all have drained.
   *
   * @param drainMs What is still open then is closed, in milliseconds.
   * @returns How many connections had to be closed.
   */
  async end(drainMs: number): Promise<number> {
    const timer = setTimeout(() => this.close("drain_deadline"), drainMs);
    const all = [...this.#draining.values()].map(({ drained }) => drained);
    const closed = await Promise.all(all);
    clearTimeout(timer);
    return closed.reduce((sum, count) => sum + count, 0);
  }

  /** Closes all open connections now. */
  close(reason: CloseReason): void {
    for (const generation of this.all) generation.close(reason);
  }
}
