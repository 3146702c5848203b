/**
 * One direction of a forwarded connection, and what they all share.
 *
 * @module
 */
import { Deadlines, type DeadlinesOptions } from "./deadlines.ts";
import type { Peeked, PipeSink, PipeSource, StreamFault } from "./pipe.ts";
import { ReadBuffers } from "./read_buffers.ts";
import { Stalls } from "./stalls.ts";

/** What the connections of a thread share. */
export interface ForwarderResources {
  /** Memory to read into. */
  readonly buffers: ReadBuffers;
  /** Where idle timeouts wait. */
  readonly deadlines: Deadlines;
  /** Where those that last are looked at. */
  readonly stalls: Stalls;
}

/** Makes them. */
export function forwarderResources(
  options: DeadlinesOptions = {},
): ForwarderResources {
  const deadlines = new Deadlines(options);
  return {
    buffers: new ReadBuffers(),
    deadlines,
    stalls: new Stalls(deadlines),
  };
}

/** Whose directions they are. */
export interface DirectionOwner {
  /**
   * The source of one has ended and all of it is written.
   *
   * @returns Whether the sink's write direction is to be ended.
   */
  ended(way: Direction): boolean;
  /** One goes on no more. @param fault What broke; `null`: nothing. */
  settled(fault: StreamFault | null): void;
}

/**
 * A direction: where its bytes come from and go to, and how many have gone.
 * An object, for there are two of each connection and each chunk is counted.
 */
export class Direction implements PipeSource, PipeSink {
  readonly source: Deno.Conn;
  readonly sink: Deno.Conn;
  readonly buffers: ReadBuffers;
  peeked: Peeked | undefined;
  /** Bytes that the sink has taken, without ours. */
  bytes = 0;
  /** Bytes of ours that go first and are not counted. */
  ours = 0;
  /** The tick of the last byte. */
  tick = 0;
  isWriting = false;
  /** Whether the source has ended, and all of it is written. */
  ended = false;
  readonly #deadlines: Deadlines;
  readonly #owner: DirectionOwner;

  constructor(
    source: Deno.Conn,
    sink: Deno.Conn,
    { buffers, deadlines }: ForwarderResources,
    owner: DirectionOwner,
  ) {
    this.source = source;
    this.sink = sink;
    this.buffers = buffers;
    this.#deadlines = deadlines;
    this.#owner = owner;
  }

  onWritten(count: number): void {
    const ours = Math.min(this.ours, count);
    this.ours -= ours;
    this.bytes += count - ours;
    this.tick = this.#deadlines.tick;
  }

  onEnded(): boolean {
    this.ended = true;
    return this.#owner.ended(this);
  }

  onDone(fault: StreamFault | null): void {
    this.#owner.settled(fault);
  }
}
