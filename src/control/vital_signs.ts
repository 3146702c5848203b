/**
 * What a worker tells of itself in shared memory: it can be read when the worker
 * says nothing any more.
 *
 * @module
 */
import type { Observer } from "../observe/observer.ts";

/** Places in the memory, each an `Int32`. */
const CONNECTIONS = 0;
const BEATS = 1;
const TASK = 2;
const CONNECTION = 3;
const DETECTOR = 4;
const WORDS = 5;

/** What a worker does beside serving, in the words of a message. */
const TASKS = ["", "starting", "answering the admin server"] as const;
/** What a worker does beside serving; empty: nothing. */
export type Task = typeof TASKS[number];

/** Read by the control plane, written by one worker. */
export class VitalSigns {
  /** Can be sent to the worker. */
  readonly memory: SharedArrayBuffer;
  readonly #words: Int32Array;

  /** @param memory Default: memory of its own, all zero. */
  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(4 * WORDS)) {
    this.memory = memory;
    this.#words = new Int32Array(memory);
  }

  /** Connections that are open. */
  get connections(): number {
    return Atomics.load(this.#words, CONNECTIONS);
  }

  set connections(open: number) {
    Atomics.store(this.#words, CONNECTIONS, open);
  }

  /** How often the event loop has come round, about once a second. */
  get beats(): number {
    return Atomics.load(this.#words, BEATS);
  }

  /** The event loop has come round. */
  beat(): void {
    Atomics.add(this.#words, BEATS, 1);
  }

  /** Does something that is one step of the event loop. */
  during<T>(task: Task, step: () => T): T {
    Atomics.store(this.#words, TASK, TASKS.indexOf(task));
    try {
      return step();
    } finally {
      Atomics.store(this.#words, TASK, 0);
    }
  }

  /**
   * Asks a detector; for those that may take long, since nobody here wrote them.
   *
   * @param place Which one, from 0.
   */
  asking<T>(place: number, step: () => T): T {
    Atomics.store(this.#words, DETECTOR, place + 1);
    try {
      return step();
    } finally {
      Atomics.store(this.#words, DETECTOR, 0);
    }
  }

  /** Notes whose opening is looked at. */
  get observer(): Observer {
    return {
      looking: (id) => Atomics.store(this.#words, CONNECTION, id | 0),
    };
  }

  /**
   * What the worker does right now, in words.
   *
   * @param detectors Names of those that {@linkcode VitalSigns.asking} is for.
   */
  doing(detectors: readonly string[]): string {
    const words = this.#words;
    const task = TASKS[Atomics.load(words, TASK)];
    const connection = Atomics.load(words, CONNECTION) >>> 0;
    const detector = detectors[Atomics.load(words, DETECTOR) - 1];
    if (connection !== 0) {
      const asked = detector === undefined ? "" : ` by detector "${detector}"`;
      return `identifying connection ${connection}${asked}`;
    }
    return task || "forwarding, or something that is not noted";
  }
}
