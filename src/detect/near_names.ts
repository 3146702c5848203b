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
    .map((name) => ({ name, edits: editDistance(lower, name.toLowerCase()) }))
    .filter(({ name, edits }) =>
      edits <= Math.max(1, Math.floor(name.length / 3))
    )
    .sort((a, b) => a.edits - b.edits);
  const same = near[0]?.edits === 0;
  return near.filter(({ edits }) => !same || edits === 0)
    .map(({ name }) => name);
}

/** Insertions, deletions, substitutions and swaps of neighbours. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
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
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
