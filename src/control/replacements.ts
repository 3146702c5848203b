/**
 * Replacing data planes that were lost.
 *
 * @module
 */
import type { Transport } from "../detect/detector.ts";
import { errorCode, errorText, type PassthruError } from "../errors.ts";
import type { Logger } from "../observe/log.ts";
import type { WorkerName } from "./blocked_workers.ts";
import type { DescriptorReserve } from "./descriptor_reserve.ts";
import { LossWindow, tooManyLosses } from "./loss_window.ts";
import type { PlaneLoss } from "./plane.ts";

/** How long descriptors for a replacement are waited for at a time, in ms. */
const NO_ROOM_PAUSE_MS = 500;

/** What is logged of a loss. */
const LOSS_LINES = {
  crashed: "worker crashed",
  stalled: "worker stalled",
  ended: "worker ended",
} as const;

/** What {@linkcode Replacements} needs. */
export interface ReplacementOptions {
  /** The number of the generation. */
  readonly generation: number;
  readonly transport?: Transport;
  /** Sockets that a data plane has for its listeners. */
  readonly sockets: number;
  readonly logger: Logger;
  readonly reserve?: Pick<DescriptorReserve, "claim"> | undefined;
  /** Starts a data plane in the place of one that was lost. */
  readonly add: (row: number) => Promise<void>;
  readonly onLoss?: (worker: WorkerName, loss: PlaneLoss) => void;
  /** Hears that losses do not end: no data plane is replaced any more. */
  readonly onCrashLoop: (error: PassthruError) => void;
}

/** Replaces the lost data planes of one generation, after pauses that grow. */
export class Replacements {
  readonly #options: ReplacementOptions;
  readonly #pauses = new Set<ReturnType<typeof setTimeout>>();
  readonly #losses = new LossWindow();
  #stopped = false;

  /** Nothing is lost yet. */
  constructor(options: ReplacementOptions) {
    this.#options = options;
  }

  /** Replaces nothing any more; losses are still told. */
  stop(): void {
    this.#stopped = true;
    for (const pause of this.#pauses) clearTimeout(pause);
  }

  /**
   * Logs a loss and replaces the data plane after a pause that grows.
   *
   * @param row Which of the data planes it was, from 0.
   */
  lost(loss: PlaneLoss, row: number): void {
    const { generation, logger, onLoss, onCrashLoop, transport } =
      this.#options;
    const pauseMs = this.#losses.add();
    const replaced = !this.#stopped && pauseMs !== null;
    logger.log("error", LOSS_LINES[loss.kind], {
      generation,
      worker: row,
      ...(transport === "udp" ? { transport } : {}),
      connections_lost: loss.connections,
      crashes: this.#losses.count,
      retry_seconds: replaced ? pauseMs / 1_000 : undefined,
      error: loss.error,
    });
    onLoss?.({ generation, worker: row }, loss);
    if (this.#stopped) return;
    if (pauseMs === null) return onCrashLoop(tooManyLosses());
    this.#replace(row, pauseMs);
  }

  #replace(row: number, pauseMs: number): void {
    const pause = setTimeout(async () => {
      this.#pauses.delete(pause);
      const { reserve, sockets, logger, generation, add } = this.#options;
      try {
        using _descriptors = reserve?.claim(1, sockets);
        await add(row);
      } catch (error) {
        // It was stopped before it served.
        if (this.#stopped) return;
        if (errorCode(error) !== "too_many_files") {
          const gone = Promise.resolve();
          return this.lost(
            { kind: "crashed", error: String(error), connections: 0, gone },
            row,
          );
        }
        logger.log("error", "worker cannot be replaced yet", {
          generation,
          worker: row,
          error: errorText(error),
        });
        this.#replace(row, NO_ROOM_PAUSE_MS);
      }
    }, pauseMs);
    this.#pauses.add(pause);
  }
}
