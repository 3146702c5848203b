/**
 * Which known name was meant by one that is not known.
 *
 * @module
 */

/** Names that are registered, where any other may be in use, too. */
export interface KnownNames {
  /** What they are: `a registered ALPN protocol`. */
  readonly what: string;
  /** As they are registered. */
  readonly names: readonly string[];
  /**
   * The registered name by what people also call it, which is in lower case and
   * of letters and digits alone: `{ http2: "h2" }`.
   */
  readonly others: Readonly<Record<string, string>>;
}

/** Shortest name to which a text is compared edit by edit. */
const MIN_COMPARED_LENGTH = 4;

/**
 * The registered name that was probably meant by one that is not registered.
 *
 * @returns `null`: it is registered, or like none that is.
 */
export function meantName(
  found: string,
  { names, others }: KnownNames,
): string | null {
  if (names.includes(found)) return null;
  const bare = bareName(found);
  if (Object.hasOwn(others, bare)) return others[bare]!;
  const same = names.find((name) => bareName(name) === bare);
  const long = names.filter(({ length }) => length >= MIN_COMPARED_LENGTH);
  return same ?? nearest(found, long);
}

function bareName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** The name that was probably meant: the first of {@linkcode nearestNames}. */
export function nearest(
  found: string,
  names: readonly string[],
): string | null {
  return nearestNames(found, names)[0] ?? null;
}

/**
 * The names that may have been meant, those with the fewest edits first: at most
 * a third of the name's length, but always one. Where a name is the same but for
 * case, it alone.
 */
export function nearestNames(
  found: string,
  names: readonly string[],
): string[] {
  const lower = found.toLowerCase().slice(0, 64);
  const near = names
    .map((name) => ({ name, edits: edits(lower, name.toLowerCase()) }))
    .filter(({ edits }) => edits < Infinity)
    .sort((a, b) => a.edits - b.edits);
  const same = near[0]?.edits === 0;
  return near.filter(({ edits }) => !same || edits === 0)
    .map(({ name }) => name);
}

/**
 * How many edits lead from a text to a name: insertions, deletions, substitutions
 * and swaps of neighbours. `Infinity`: more than what may be meant.
 */
function edits(text: string, name: string): number {
  const most = Math.max(1, Math.floor(name.length / 3));
  // Each edit changes the length by one at most.
  if (Math.abs(text.length - name.length) > most) return Infinity;
  const least = editDistance(text, name, most);
  return least > most ? Infinity : least;
}

/** @param most With more edits than these, it may be any number above. */
function editDistance(a: string, b: string, most: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  let leastBefore = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min(
        last[j]! + 1,
        row[j - 1]! + 1,
        last[j - 1]! + change,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, beforeLast[j - 2]! + 1);
      }
      row.push(edits);
      least = Math.min(least, edits);
    }
    // All that follows comes from one of these two rows.
    if (Math.min(least, leastBefore) > most) return Infinity;
    leastBefore = least;
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
