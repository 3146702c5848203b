/**
 * A worker that loads its modules while the control plane is not loaded yet.
 *
 * @module
 */
import { fits, startWorker, type WorkerSpec } from "./worker_start.ts";

/**
 * A worker that is started ahead of who controls it. It accepts nothing before it
 * is told what to serve. To be disposed once it can have been taken.
 */
export class EarlyWorker implements Disposable {
  readonly #spec: WorkerSpec;
  readonly #worker: Worker;
  #isTaken = false;
  /** What it has said; an event is dispatched once, so each is made again. */
  readonly #missed: (() => Event)[] = [];

  /** Starts it. */
  constructor(spec: WorkerSpec) {
    this.#spec = spec;
    const worker = this.#worker = startWorker(spec);
    worker.onmessage = ({ data }) => {
      this.#missed.push(() => new MessageEvent("message", { data }));
    };
    worker.onmessageerror = () => {
      this.#missed.push(() => new MessageEvent("messageerror"));
    };
    worker.onerror = (event) => {
      // Without this the process would end, and say less than who takes it does.
      event.preventDefault();
      const { message, filename, lineno } = event;
      const init = { message, filename, lineno, cancelable: true };
      this.#missed.push(() => new ErrorEvent("error", init));
    };
  }

  /** The worker, once, if it {@linkcode fits}. */
  take(wanted: WorkerSpec): Worker | null {
    if (this.#isTaken || !fits(this.#spec, wanted)) return null;
    this.#isTaken = true;
    return this.#worker;
  }

  /**
   * If this is the worker that was taken, has the handlers that it has now hear
   * what it has said before.
   */
  replay(worker: Worker): void {
    if (worker !== this.#worker) return;
    for (const event of this.#missed.splice(0)) worker.dispatchEvent(event());
  }

  /** Ends the worker if nobody took it. */
  [Symbol.dispose](): void {
    if (!this.#isTaken) this.#worker.terminate();
    this.#isTaken = true;
  }
}
