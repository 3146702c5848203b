/**
 * Time stamps of pcapng captures, which each interface counts in its own way.
 *
 * @module
 */

/** Where the options of an interface description start. */
const OPTIONS_START = 16;
const OPTION_HEADER_BYTES = 4;
/** Length of a block behind its options. */
const BLOCK_END_BYTES = 4;
const END_OF_OPTIONS = 0;
const IF_TSRESOL = 9;
const IF_TSOFFSET = 14;
/** The furthest moment that the runtime's calendar knows. */
const MAX_MS = 8.64e15;

/** How an interface counts time. */
export interface TimeUnit {
  readonly ticksPerSecond: bigint;
  /** What its stamps lack, in milliseconds. */
  readonly offsetMs: number;
}

/**
 * Reads how an interface counts time off its description: `if_tsresol` is a
 * power of ten (or, with the highest bit set, of two) of parts of a second,
 * microseconds without it; `if_tsoffset` is in seconds
 * (draft-ietf-opsawg-pcapng §4.2).
 */
export function timeUnit(block: DataView, littleEndian: boolean): TimeUnit {
  let ticksPerSecond = 1_000_000n;
  let offsetMs = 0;
  const end = block.byteLength - BLOCK_END_BYTES;
  for (let at = OPTIONS_START; at + OPTION_HEADER_BYTES <= end;) {
    const code = block.getUint16(at, littleEndian);
    const length = block.getUint16(at + 2, littleEndian);
    const value = at + OPTION_HEADER_BYTES;
    if (code === END_OF_OPTIONS || value + length > end) break;
    if (code === IF_TSRESOL && length === 1) {
      const byte = block.getUint8(value);
      ticksPerSecond = (byte & 0x80 ? 2n : 10n) ** BigInt(byte & 0x7f);
    }
    if (code === IF_TSOFFSET && length === 8) {
      offsetMs = Number(block.getBigInt64(value, littleEndian)) * 1_000;
    }
    at = value + Math.ceil(length / 4) * 4;
  }
  return { ticksPerSecond, offsetMs };
}

/**
 * A packet's time in milliseconds since the epoch; `null`: it is no time.
 *
 * @param high The upper 32 bits of its stamp.
 * @param low The lower 32 bits.
 */
export function stampMs(
  { ticksPerSecond, offsetMs }: TimeUnit,
  high: number,
  low: number,
): number | null {
  // Nanoseconds since the epoch are more than a number holds exactly.
  const ticks = (BigInt(high) << 32n) | BigInt(low);
  const ms = Number(ticks * 1_000n / ticksPerSecond) + offsetMs;
  return Math.abs(ms) > MAX_MS ? null : ms;
}
