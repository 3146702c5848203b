/**
 * Descriptors that are kept back from the data planes.
 *
 * When a process has none left it can neither answer the admin server's clients
 * nor start a worker: the runtime then ends the whole process. Where it is seen
 * how many there are, the data planes are told for how many connections they
 * suffice. Where there are too many to count, some are held, and let go when they
 * are needed.
 *
 * @module
 */
import { PassthruError } from "../errors.ts";
import {
  closeFiles,
  freeDescriptors,
  openFiles,
} from "../net/free_descriptors.ts";
import type { Logger } from "../observe/log.ts";
import { Room, type RoomMemory } from "../proxy/room.ts";

/** So many are kept back, where the limit allows it. */
const SIZE = 16;
/** No more than this part of those that are free when serving begins. */
const PART = 4;
/** How often it is looked whether there are some again, in milliseconds. */
const LOOK_MS = 250;
/** So many are let go at a time for whoever needs a few. */
const LENT = 4;
/** Where so many are free, no limit is expected. */
const PLENTY = 4096;
/**
 * So many are enough for the first connections: more are not counted when serving
 * begins, for a process keeps the memory that it takes to open files. Until they
 * are, there is room for as many connections as these suffice for.
 */
const FIRST = 1024;
/** All are counted when so many connections are open. */
const FIRST_CONNECTIONS = 32;
/** What a connection takes: its own, and that of its target. */
const PER_CONNECTION = 2;
/** What a worker opens, beside its listening sockets. */
const WORKER_DESCRIPTORS = 8;
/** By which part the room grows at a time, once it was too large. */
const GROWTH = 16;

/** What a {@linkcode DescriptorReserve} needs. */
export interface ReserveOptions {
  /** A file that may be read; it is opened again and again. */
  readonly file: string;
  readonly logger: Logger;
}

/** Holds descriptors. */
export class DescriptorReserve {
  readonly #options: ReserveOptions;
  #room: Room | null = null;
  #held: Deno.FsFile[] = [];
  #size = 0;
  /** Whether there may be fewer than {@linkcode PLENTY}. */
  #isUncounted = false;
  /** Most connections that there was ever room for. */
  #most = Infinity;
  #claims = 0;
  #isTight = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Holds none yet. */
  constructor(options: ReserveOptions) {
    this.#options = options;
  }

  /** Descriptors that are held. */
  get size(): number {
    return this.#held.length;
  }

  /**
   * Begins to hold some, and to look after the room of data planes, in a moment.
   * Idempotent.
   */
  start(memory: RoomMemory): void {
    if (this.#room !== null) return;
    this.#room = new Room(memory);
    this.#timer = setTimeout(() => {
      this.#measure(FIRST);
      this.#timer = setInterval(() => this.#look(), LOOK_MS);
    }, 0);
  }

  /** Lets all go. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#letGo(this.#held.length);
  }

  /** Lets a few go, for what is about to open some. */
  lend(): void {
    this.#room?.exhausted();
    this.#letGo(LENT);
  }

  /**
   * Lets all go for workers that are about to start, until it is disposed.
   *
   * @param sockets Listening sockets that each opens.
   * @throws {PassthruError} `too_many_files`: there are not enough, and to start
   * them would end the process.
   */
  claim(workers: number, sockets: number): Disposable {
    const needed = descriptorsOf(workers, sockets);
    const missing = needed - this.#held.length;
    const free = freeDescriptors(this.#options.file, Math.max(0, missing));
    if (free < missing) throw tooManyFiles(workers, missing - free);
    this.#claims++;
    this.#letGo(this.#held.length);
    return { [Symbol.dispose]: () => this.#claims-- };
  }

  /**
   * Limits the room to what is known to be free, unless that is plenty, and holds
   * some if not all is known.
   */
  #measure(most: number): void {
    const { open } = this.#room!;
    this.#letGo(this.#held.length);
    const free = freeDescriptors(this.#options.file, most);
    const isScarce = free < most;
    this.#size = isScarce ? 0 : SIZE;
    this.#isUncounted = most < PLENTY && !isScarce;
    const kept = Math.min(SIZE, Math.floor(free / PART));
    const room = open + Math.floor((free - kept) / PER_CONNECTION);
    if (isScarce) this.#most = room;
    this.#room!.limit(isScarce || this.#isUncounted ? room : null);
    this.#fill();
  }

  #letGo(count: number): void {
    closeFiles(this.#held.splice(0, count));
  }

  #fill(): void {
    if (this.#claims > 0) return;
    const { file } = this.#options;
    const more = openFiles(file, this.#size - this.#held.length) ?? [];
    this.#held.push(...more);
  }

  #look(): void {
    const room = this.#room!;
    const isFirstLoad = this.#isUncounted && room.open >= FIRST_CONNECTIONS;
    if (isFirstLoad && this.#claims === 0) this.#measure(PLENTY);
    this.#fill();
    this.#say(!room.isLeft);
    if (room.isLeft || this.#claims > 0) return;
    if (this.#held.length < this.#size) return;
    const ceiling = room.ceiling!;
    const step = Math.max(1, Math.floor(ceiling / GROWTH));
    const free = freeDescriptors(this.#options.file, PER_CONNECTION * step);
    room.limit(grownRoom(ceiling, { free, most: this.#most }));
  }

  /** Logs that connections wait for descriptors, or wait no more. */
  #say(isTight: boolean): void {
    if (isTight === this.#isTight) return;
    this.#isTight = isTight;
    const { logger } = this.#options;
    if (!isTight) return logger.log("info", "descriptors suffice again");
    logger.log("warn", "out of descriptors, new connections wait", {
      connections: this.#room!.ceiling,
    });
  }
}

/**
 * How many descriptors workers take before they serve.
 *
 * @param sockets Listening sockets that each opens.
 */
export function descriptorsOf(workers: number, sockets: number): number {
  return workers * (WORKER_DESCRIPTORS + sockets);
}

/**
 * For how many connections there is room, now that some descriptors are free.
 *
 * @param ceiling For how many there was.
 * @param most There is never room for more.
 */
export function grownRoom(
  ceiling: number,
  { free, most }: { readonly free: number; readonly most: number },
): number {
  return Math.min(most, ceiling + Math.floor(free / PER_CONNECTION));
}

function tooManyFiles(workers: number, missing: number): PassthruError {
  const what = workers === 1 ? "a worker" : `${workers} workers`;
  return new PassthruError(
    `Cannot start ${what}: too many open files, ${missing} more are needed (raise the limit: LimitNOFILE of systemd, ulimit -n)`,
    { code: "too_many_files", source: "internal" },
  );
}
