/**
 * Doing a few things at a time.
 *
 * @module
 */

/** So many are under way at a time. */
const PARALLEL = 8;

/**
 * Maps a list, a few entries at a time; the order is kept.
 *
 * @throws What `map` throws first, once nothing is under way any more.
 */
export async function mapInParallel<T, U>(
  items: readonly T[],
  map: (item: T) => Promise<U>,
): Promise<U[]> {
  const results: U[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const take = async () => {
    while (next < items.length && failures.length === 0) {
      const at = next++;
      try {
        results[at] = await map(items[at]!);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, take));
  if (failures.length > 0) throw failures[0];
  return results;
}
