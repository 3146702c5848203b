/**
 * Matchers of addresses.
 *
 * @module
 */
import { clientIn, listenerIn } from "../ordered/address_tests.ts";
import { all, type Expression, not } from "../ordered/expression.ts";
import type { ObjectReader } from "../tree/reader.ts";

/** `ranges`, and of a hello's `not_ranges`: the client's address. */
export function remoteAddress(object: ObjectReader): Expression {
  const inRanges = (name: string) => clientIn(textsOf(object, name));
  return all(
    ...object.has("ranges") ? [inRanges("ranges")] : [],
    ...object.has("not_ranges") ? [not(inRanges("not_ranges"))] : [],
  );
}

/** The address that is listened on, where it is one. */
export function localAddress(
  object: ObjectReader,
  { host }: { readonly host: string },
): Expression {
  return listenerIn(textsOf(object, "ranges"), host);
}

/** The texts of a list. */
export function textsOf(object: ObjectReader, name: string): string[] {
  return object.texts(name).map(({ text }) => text);
}
