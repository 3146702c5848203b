/**
 * Changes to inputs: bits, bytes, numbers that may be lengths, parts of other
 * inputs, tokens, repetition and truncation.
 *
 * @module
 */
import type { Input } from "./input.ts";
import type { Random } from "./random.ts";

/** What a change may take from. */
export interface Material {
  readonly random: Random;
  /** Inputs to splice from; not empty. */
  readonly others: readonly Input[];
  /** What the language of the target is made of; may be empty. */
  readonly tokens: readonly Uint8Array[];
  /** Longest part, in bytes. */
  readonly maxBytes: number;
  /** Most parts. */
  readonly maxParts: number;
}

/** Most that a length field is moved by. */
const LENGTH_STEP = 4;
/** Values at which numbers go over. */
const EDGES = [0, 1, 0x0f, 0x10, 0x7f, 0x80, 0xfe, 0xff];
/** Changes of one mutation, at most. */
const MAX_CHANGES = 5;

type Change = (part: Uint8Array, material: Material) => Uint8Array;

/** Changes an input a few times. The input itself stays as it is. */
export function mutate(input: Input, material: Material): Input {
  const { random, maxParts, maxBytes } = material;
  const parts = [...input];
  for (let left = random.small(MAX_CHANGES); left > 0; left--) {
    if (maxParts > 1 && random.oneIn(4)) changeParts(parts, material);
    const at = random.below(parts.length);
    const changed = random.pick(CHANGES)(parts[at]!, material);
    parts[at] = changed.subarray(0, maxBytes);
  }
  return parts.slice(0, maxParts);
}

/** Repeats, drops, exchanges a part, or takes one from elsewhere. */
function changeParts(parts: Uint8Array[], { random, others }: Material): void {
  const at = random.below(parts.length);
  switch (random.below(4)) {
    case 0:
      parts.splice(at, 0, parts[at]!);
      break;
    case 1:
      if (parts.length > 1) parts.splice(at, 1);
      break;
    case 2:
      parts.push(...parts.splice(at, 1));
      break;
    default:
      parts.splice(at, 0, random.pick(random.pick(others)));
  }
}

const CHANGES: readonly Change[] = [
  flipBit,
  setByte,
  setByte,
  moveLength,
  moveLength,
  setNumber,
  putToken,
  putToken,
  putToken,
  splice,
  repeat,
  remove,
  truncate,
  insertBytes,
  swapCase,
];

function flipBit(part: Uint8Array, { random }: Material): Uint8Array {
  const changed = part.slice();
  const at = random.below(part.length);
  if (part.length > 0) changed[at]! ^= 1 << random.below(8);
  return changed;
}

function setByte(part: Uint8Array, { random }: Material): Uint8Array {
  const changed = part.slice();
  const byte = random.oneIn(2) ? random.pick(EDGES) : random.below(256);
  if (part.length > 0) changed[random.below(part.length)] = byte;
  return changed;
}

/** Adds to a number of 1 to 4 bytes, of either order. */
function moveLength(part: Uint8Array, { random }: Material): Uint8Array {
  const bytes = random.pick([1, 2, 2, 3, 4]);
  if (part.length < bytes) return part;
  const changed = part.slice();
  const at = random.below(part.length - bytes + 1);
  const little = random.oneIn(3);
  let carry = random.oneIn(4)
    ? random.below(65536)
    : (random.oneIn(2) ? 1 : -1) * random.small(LENGTH_STEP);
  for (let i = 0; i < bytes; i++) {
    const place = little ? at + i : at + bytes - 1 - i;
    carry += changed[place]!;
    changed[place] = carry & 0xff;
    carry >>= 8;
  }
  return changed;
}

/** Writes a power of two, or one less, as a number of 1 to 4 bytes. */
function setNumber(part: Uint8Array, { random }: Material): Uint8Array {
  const bytes = random.pick([1, 2, 3, 4]);
  if (part.length < bytes) return part;
  const changed = part.slice();
  const at = random.below(part.length - bytes + 1);
  const number = 2 ** random.below(8 * bytes) - random.below(2);
  const little = random.oneIn(3);
  for (let i = 0; i < bytes; i++) {
    const place = little ? at + i : at + bytes - 1 - i;
    changed[place] = Math.floor(number / 256 ** i) & 0xff;
  }
  return changed;
}

function putToken(part: Uint8Array, material: Material): Uint8Array {
  const { random, tokens } = material;
  if (tokens.length === 0) return insertBytes(part, material);
  const token = random.pick(tokens);
  const at = random.below(part.length + 1);
  const over = random.oneIn(2) ? token.length : 0;
  return put(part, { at, out: over, bytes: token });
}

function splice(part: Uint8Array, { random, others }: Material): Uint8Array {
  const other = random.pick(random.pick(others));
  const from = random.below(other.length + 1);
  const bytes = other.subarray(from, from + random.small(other.length));
  const at = random.below(part.length + 1);
  return put(part, { at, out: random.below(part.length - at + 1), bytes });
}

function repeat(part: Uint8Array, { random, maxBytes }: Material): Uint8Array {
  const from = random.below(part.length + 1);
  const piece = part.subarray(from, from + random.small(64));
  const most = Math.floor(maxBytes / Math.max(1, piece.length));
  const times = Math.min(most, random.oneIn(8) ? random.small(200) : 1);
  const bytes = new Uint8Array(piece.length * times);
  for (let i = 0; i < times; i++) bytes.set(piece, i * piece.length);
  return put(part, { at: from, out: 0, bytes });
}

function remove(part: Uint8Array, { random }: Material): Uint8Array {
  const at = random.below(part.length + 1);
  return put(part, { at, out: random.small(16), bytes: new Uint8Array() });
}

function truncate(part: Uint8Array, { random }: Material): Uint8Array {
  return part.slice(0, random.below(part.length + 1));
}

function insertBytes(part: Uint8Array, { random }: Material): Uint8Array {
  const bytes = Uint8Array.from(
    { length: random.small(8) },
    () => random.below(256),
  );
  return put(part, { at: random.below(part.length + 1), out: 0, bytes });
}

/** Exchanges capitals and small letters. */
function swapCase(part: Uint8Array, { random }: Material): Uint8Array {
  const changed = part.slice();
  const at = random.below(part.length + 1);
  const end = Math.min(part.length, at + random.small(12));
  for (let i = at; i < end; i++) {
    const letter = changed[i]! | 0x20;
    if (letter >= 0x61 && letter <= 0x7a) changed[i]! ^= 0x20;
  }
  return changed;
}

/** Puts bytes at a place, in place of others. */
function put(
  part: Uint8Array,
  { at, out, bytes }: { at: number; out: number; bytes: Uint8Array },
): Uint8Array {
  const end = Math.min(part.length, at + out);
  const changed = new Uint8Array(part.length - (end - at) + bytes.length);
  changed.set(part.subarray(0, at));
  changed.set(bytes, at);
  changed.set(part.subarray(end), at + bytes.length);
  return changed;
}
