/**
 * Log lines that wait for a reader, in bounded memory.
 *
 * @module
 */
import { ATOMIC_BYTES } from "./line_pieces.ts";
import { LOG_LEVELS, type LogLevel, rankOf } from "./log_level.ts";
import type { LogSink } from "./log_sink.ts";

/** Most that waits to be written, in bytes. */
const CAPACITY = 1024 * 1024;
/** What is written at a time, about, in bytes. */
const CHUNK = 16 * 1024;
/** Shortest time from the end of a write to the begin of the next, in ms. */
const PAUSE_MS = 20;
const NEWLINE = 0x0a;

/** Options of {@linkcode LogQueue}. */
export interface LogQueueOptions {
  /** Writes some of the bytes and gives how many. */
  readonly write: (bytes: Uint8Array) => Promise<number>;
  /** Most that waits, in bytes. Default: 1 MiB. */
  readonly capacity?: number;
}

/** Whole lines that are written at once. */
interface Piece {
  /** Tells which are older across levels. */
  readonly place: number;
  readonly bytes: Uint8Array;
}

/** What waits of one level. */
interface Level {
  /** Oldest first. */
  readonly pieces: Piece[];
  /** Bytes in all. */
  size: number;
}

/**
 * Writes lines in order, one write at a time, in pieces of whole lines that do
 * not mix with those of other threads. Whoever logs never waits: when the reader
 * is too slow and the queue is full, the least important lines are dropped, of
 * those the newest.
 */
export class LogQueue implements LogSink {
  onRoom: (dropped: number) => void = () => {};
  readonly #write: (bytes: Uint8Array) => Promise<number>;
  readonly #capacity: number;
  /** What waits, least important first. */
  readonly #levels: Level[] = LOG_LEVELS.map(() => ({ pieces: [], size: 0 }));
  /** The piece that lines are being added to, of one level. */
  readonly #newest = new Uint8Array(ATOMIC_BYTES);
  #newestLength = 0;
  #newestRank = 0;
  #place = 0;
  #size = 0;
  #dropped = 0;
  #untold = 0;
  #wroteAt = -PAUSE_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | null = null;
  /** Whether nothing is to wait for more. */
  #draining = false;

  constructor({ write, capacity = CAPACITY }: LogQueueOptions) {
    this.#write = write;
    this.#capacity = capacity;
  }

  get dropped(): number {
    return this.#dropped;
  }

  push(line: Uint8Array, level: LogLevel): void {
    const { length } = line;
    const rank = rankOf(level);
    if (!this.#makeRoom(length, rank)) return this.#drop(1);
    const fits = this.#newestLength + length <= ATOMIC_BYTES;
    if (rank !== this.#newestRank || !fits) this.#close();
    this.#newestRank = rank;
    if (length > ATOMIC_BYTES) this.#add(line);
    else {
      this.#newest.set(line, this.#newestLength);
      this.#newestLength += length;
    }
    this.#resize(this.#levels[rank]!, length);
    this.#wake();
  }

  flush(): void {
    if (this.#size > 0) this.#start();
  }

  async drain(limitMs: number): Promise<void> {
    if (this.#writing === null && this.#size === 0) return;
    this.#draining = true;
    this.#start();
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, limitMs);
    await Promise.race([this.#writing, late.promise]);
    clearTimeout(timer);
    this.#draining = false;
  }

  /** Makes the newest lines a piece; those to come are another. */
  #close(): void {
    if (this.#newestLength === 0) return;
    this.#add(this.#newest.subarray(0, this.#newestLength));
    this.#newestLength = 0;
  }

  #add(lines: Uint8Array): void {
    this.#levels[this.#newestRank]!.pieces
      .push({ place: this.#place++, bytes: lines.slice() });
  }

  /** Drops what is less important, if that helps. @returns Whether it fits. */
  #makeRoom(length: number, rank: number): boolean {
    const excess = this.#size + length - this.#capacity;
    if (excess <= 0) return true;
    const lower = this.#levels.slice(0, rank);
    if (lower.reduce((sum, { size }) => sum + size, 0) < excess) return false;
    this.#close();
    for (const level of lower) {
      while (this.#size + length > this.#capacity && level.size > 0) {
        this.#dropNewest(level);
      }
    }
    return true;
  }

  /** Drops the newest line of a level. */
  #dropNewest(level: Level): void {
    const { place, bytes } = level.pieces.pop()!;
    const start = bytes.lastIndexOf(NEWLINE, -2) + 1;
    const rest = bytes.subarray(0, start);
    if (start > 0) level.pieces.push({ place, bytes: rest });
    this.#resize(level, start - bytes.length);
    this.#drop(1);
  }

  #resize(level: Level, by: number): void {
    level.size += by;
    this.#size += by;
  }

  #drop(count: number): void {
    this.#dropped += count;
    this.#untold += count;
  }

  /** Writes now, or a moment later when it has just been written. */
  #wake(): void {
    if (this.#writing !== null || this.#timer !== undefined) return;
    if (this.#size === 0) return;
    const pauseMs = this.#wroteAt + PAUSE_MS - performance.now();
    if (pauseMs <= 0) return this.#start();
    this.#timer = setTimeout(() => this.#start(), pauseMs);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing ??= this.#run();
  }

  /** Writes what is there. Few lines that come meanwhile wait for more. */
  async #run(): Promise<void> {
    // The lines of this turn of the event loop go together.
    await Promise.resolve();
    do await this.#writeChunk(); while (
      this.#size >= CHUNK || (this.#draining && this.#size > 0)
    );
    this.#wroteAt = performance.now();
    this.#writing = null;
    this.#wake();
  }

  async #writeChunk(): Promise<void> {
    let left = Math.min(this.#size, CHUNK);
    while (left > 0 && this.#size > 0) {
      const bytes = this.#take();
      left -= bytes.length;
      const written = await this.#writeAll(bytes);
      if (written < bytes.length) this.#drop(lineCount(bytes, written));
      else if (this.#size <= this.#capacity / 2) this.#tellDropped();
    }
  }

  /** Takes the oldest piece out. */
  #take(): Uint8Array {
    // What is being added to is the newest; the fuller it is, the fewer writes.
    if (this.#levels.every(({ pieces }) => pieces.length === 0)) this.#close();
    const level = this.#levels.reduce((oldest, level) =>
      placeOf(level) < placeOf(oldest) ? level : oldest
    );
    const { bytes } = level.pieces.shift()!;
    this.#resize(level, -bytes.length);
    return bytes;
  }

  #tellDropped(): void {
    const untold = this.#untold;
    this.#untold = 0;
    if (untold > 0) this.onRoom(untold);
  }

  /** @returns How many bytes were written: less than all when nobody reads. */
  async #writeAll(bytes: Uint8Array): Promise<number> {
    let at = 0;
    try {
      while (at < bytes.length) at += await this.#writeSome(bytes.subarray(at));
    } catch {
      // What nobody reads any more stops nobody.
    }
    return at;
  }

  async #writeSome(bytes: Uint8Array): Promise<number> {
    try {
      return await this.#write(bytes);
    } catch (error) {
      // Who shares the pipe with us may have set it so.
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      return 0;
    }
  }
}

/** The place of the oldest lines. */
function placeOf({ pieces }: Level): number {
  return pieces[0]?.place ?? Infinity;
}

/** Lines that end from a place on. */
function lineCount(bytes: Uint8Array, from: number): number {
  let count = 0;
  for (let i = from; i < bytes.length; i++) if (bytes[i] === NEWLINE) count++;
  return count;
}
