/**
 * Several observers as one.
 *
 * @module
 */
import type { Observer } from "./observer.ts";

/** Something that an observer may be told. */
type Call = Exclude<keyof Observer, "keepOpeningBytes">;

/**
 * Makes an observer that tells each of the others, in order. It has only the
 * calls that one of them has, so what nobody hears is not told at all.
 */
export function observerOf(observers: readonly Observer[]): Observer {
  if (observers.length <= 1) return observers[0] ?? {};
  const opened = each(observers, "opened");
  const looking = each(observers, "looking");
  const dialled = each(observers, "dialled");
  const closed = each(observers, "closed");
  const acceptFailed = each(observers, "acceptFailed");
  return {
    keepOpeningBytes: Math.max(
      ...observers.map(({ keepOpeningBytes = 0 }) => keepOpeningBytes),
    ),
    ...(opened && { opened }),
    ...(looking && { looking }),
    ...(dialled && { dialled }),
    ...(closed && { closed }),
    ...(acceptFailed && { acceptFailed }),
  };
}

/** One call for all who hear it; `null`: nobody does. */
function each<C extends Call>(
  observers: readonly Observer[],
  call: C,
): ((...told: Parameters<NonNullable<Observer[C]>>) => void) | null {
  type Told = (...told: Parameters<NonNullable<Observer[C]>>) => void;
  const hearers = observers.flatMap((observer): Told[] => {
    const hears = observer[call] as Told | undefined;
    return hears === undefined ? [] : [hears.bind(observer)];
  });
  if (hearers.length <= 1) return hearers[0] ?? null;
  // No list of what is told is made: this is on the way of every connection.
  const all = hearers as ((first: unknown, second: unknown) => void)[];
  return (first?: unknown, second?: unknown) => {
    for (const hear of all) hear(first, second);
  };
}
