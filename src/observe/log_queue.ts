/**
 * Log lines that wait for a reader, in bounded memory.
 *
 * @module
 */
import { pieceEnd } from "./line_pieces.ts";
import type { LogSink } from "./log.ts";
import { LOG_LEVELS, type LogLevel, rankOf } from "./log_level.ts";

/** Most that waits to be written, in characters; all are ASCII. */
const CAPACITY = 1024 * 1024;
/** What is taken out to be written at a time, about, in characters. */
const CHUNK = 16 * 1024;
/** Shortest time from the end of a write to the begin of the next, in ms. */
const PAUSE_MS = 20;
const NEWLINE = 0x0a;
/**
 * To look at a text by this makes the runtime put it into one piece. Else the
 * many small ones that it was made of wait with it: three times as much memory.
 */
const IN_ONE_PIECE = /^/;

/** Options of {@linkcode LogQueue}. */
export interface LogQueueOptions {
  /** Writes some of the bytes and gives how many. */
  readonly write: (bytes: Uint8Array) => Promise<number>;
  /** Most that waits, in characters. Default: 1 MiB. */
  readonly capacity?: number;
}

/** What waits of one level. */
interface Level {
  /** Oldest first; the places tell which are older across levels. */
  readonly entries: { readonly place: number; readonly lines: string }[];
  /** Characters in all. */
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
  readonly #levels: Level[] = LOG_LEVELS.map(() => ({ entries: [], size: 0 }));
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

  push(lines: string, level: LogLevel): void {
    const rank = rankOf(level);
    if (!this.#makeRoom(lines.length, rank)) return this.#drop(newlines(lines));
    IN_ONE_PIECE.test(lines);
    const own = this.#levels[rank]!;
    own.entries.push({ place: this.#place++, lines });
    this.#resize(own, lines.length);
    this.#wake();
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

  /** Drops what is less important, if that helps. @returns Whether it fits. */
  #makeRoom(length: number, rank: number): boolean {
    let excess = this.#size + length - this.#capacity;
    if (excess <= 0) return true;
    const lower = this.#levels.slice(0, rank);
    if (lower.reduce((sum, { size }) => sum + size, 0) < excess) return false;
    for (const level of lower) {
      while (excess > 0 && level.entries.length > 0) {
        const { lines } = level.entries.pop()!;
        this.#resize(level, -lines.length);
        this.#drop(newlines(lines));
        excess -= lines.length;
      }
    }
    return true;
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
    do {
      const bytes = new TextEncoder().encode(this.#take());
      const written = await this.#writeAll(bytes);
      if (written < bytes.length) this.#drop(newlines(bytes.subarray(written)));
      else if (this.#size <= this.#capacity / 2) this.#tellDropped();
    } while (this.#size >= CHUNK || (this.#draining && this.#size > 0));
    this.#wroteAt = performance.now();
    this.#writing = null;
    this.#wake();
  }

  /** Takes the oldest lines out. */
  #take(): string {
    let text = "";
    while (this.#size > 0 && text.length < CHUNK) {
      const level = this.#levels.reduce((oldest, level) =>
        placeOf(level) < placeOf(oldest) ? level : oldest
      );
      const { lines } = level.entries.shift()!;
      this.#resize(level, -lines.length);
      text += lines;
    }
    return text;
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
      while (at < bytes.length) {
        const end = pieceEnd(bytes, at);
        while (at < end) at += await this.#writeSome(bytes.subarray(at, end));
      }
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
function placeOf({ entries }: Level): number {
  return entries[0]?.place ?? Infinity;
}

function newlines(text: string | Uint8Array): number {
  const wanted = typeof text === "string" ? "\n" : NEWLINE;
  let count = 0;
  for (const one of text) if (one === wanted) count++;
  return count;
}
