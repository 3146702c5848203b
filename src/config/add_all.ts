/**
 * Adding many things to a list.
 *
 * @module
 */

/**
 * Adds all of some things to a list. `push(...more)` fails from some hundred
 * thousand on: the runtime puts each of its arguments on the stack.
 */
export function addAll<T>(list: T[], more: Iterable<T>): void {
  for (const one of more) list.push(one);
}
