/**
 * The smallest input that still shows a finding.
 *
 * @module
 */
import type { Input } from "./input.ts";

/** Most tries. */
const MAX_TRIES = 3_000;

/** Whether an input still shows it. */
export type Shows = (input: Input) => Promise<boolean>;

/** Leaves out parts, then runs of bytes, then makes bytes plain. */
export async function minimise(input: Input, shows: Shows): Promise<Input> {
  let tries = 0;
  const still = async (smaller: Input) =>
    smaller.length > 0 && tries++ < MAX_TRIES && await shows(smaller);
  let best = input;
  for (let at = best.length - 1; at >= 0; at--) {
    const fewer = best.toSpliced(at, 1);
    if (await still(fewer)) best = fewer;
  }
  for (let at = 0; at < best.length; at++) {
    best = await shorter(best, at, still);
    best = await plainer(best, at, still);
  }
  return best;
}

/** Leaves out runs of bytes of a part, long ones first. */
async function shorter(input: Input, at: number, still: Shows): Promise<Input> {
  let best = input;
  for (let run = input[at]!.length; run >= 1; run >>= 1) {
    for (let end = best[at]!.length; end > 0; end -= run) {
      const part = best[at]!;
      const left = Uint8Array.from([
        ...part.subarray(0, Math.max(0, end - run)),
        ...part.subarray(end),
      ]);
      const fewer = best.with(at, left);
      if (await still(fewer)) best = fewer;
    }
  }
  return best;
}

/** Makes bytes of a part `a`. */
async function plainer(input: Input, at: number, still: Shows): Promise<Input> {
  let best = input;
  for (let place = 0; place < best[at]!.length; place++) {
    const part = best[at]!.slice();
    if (part[place] === 0x61) continue;
    part[place] = 0x61;
    const plain = best.with(at, part);
    if (await still(plain)) best = plain;
  }
  return best;
}
