/**
 * Workers that were given up for they stand still, and are not gone.
 *
 * The runtime ends a worker when it comes back to its event loop, and has no way
 * to end one that does not: its thread goes on and may keep a core busy.
 *
 * @module
 */
import { PassthruError } from "../errors.ts";
import type { Logger } from "../observe/log.ts";

/** How long a worker may take to be gone before it is called blocked, in ms. */
const PATIENCE_MS = 5_000;
/** So many at a time are borne; with one more the process is to start anew. */
const MOST_BLOCKED = 4;

/** Which worker. */
export interface WorkerName {
  readonly generation: number;
  readonly worker: number;
}

/** What {@linkcode BlockedWorkers} needs. */
export interface BlockedWorkersOptions {
  readonly logger: Logger;
  /** Hears that there are too many: only a new process helps. */
  readonly onTooMany: (error: PassthruError) => void;
  /** How long one may take to be gone, in milliseconds. Default: 5 seconds. */
  readonly patienceMs?: number;
}

/** Follows lost workers until they are gone. */
export class BlockedWorkers {
  readonly #options: BlockedWorkersOptions;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #count = 0;

  /** Follows none yet. */
  constructor(options: BlockedWorkersOptions) {
    this.#options = options;
  }

  /** Those that should be gone and are not. */
  get count(): number {
    return this.#count;
  }

  /** Follows one that was told to end. @param gone Resolves when it has. */
  follow({ generation, worker }: WorkerName, gone: Promise<void>): void {
    const { logger, patienceMs = PATIENCE_MS } = this.#options;
    const name = { generation, worker };
    let isBlocked = false;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      isBlocked = true;
      this.#count++;
      logger.log("error", "worker cannot be terminated, its thread continues", {
        ...name,
        blocked: this.#count,
      });
      if (this.#count > MOST_BLOCKED) this.#options.onTooMany(tooMany());
    }, patienceMs);
    this.#timers.add(timer);
    void gone.then(() => {
      clearTimeout(timer);
      this.#timers.delete(timer);
      if (!isBlocked) return;
      this.#count--;
      logger.log("info", "blocked worker has ended", name);
    });
  }

  /** Follows none any more. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

function tooMany(): PassthruError {
  return new PassthruError(
    `Workers hang: ${
      MOST_BLOCKED + 1
    } are blocked and cannot be terminated, a new process is needed`,
    { code: "workers_blocked", source: "internal" },
  );
}
