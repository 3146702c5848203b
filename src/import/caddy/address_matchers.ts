/**
 * Matchers of addresses.
 *
 * @module
 */
import { parseCidr } from "../../address/cidr.ts";
import {
  all,
  any,
  type Expression,
  FALSE,
  not,
  TRUE,
  unknown,
  word,
} from "../ordered/expression.ts";
import { quoted } from "../origin.ts";
import type { ObjectReader } from "../tree/reader.ts";

/** `ranges`, and of a hello's `not_ranges`: the client's address. */
export function remoteAddress(object: ObjectReader): Expression {
  const ranges = fromBlocks(object, "ranges");
  const not_ranges = fromBlocks(object, "not_ranges");
  return all(
    ...ranges === null ? [] : [ranges],
    ...not_ranges === null ? [] : [not(not_ranges)],
  );
}

function fromBlocks(object: ObjectReader, name: string): Expression | null {
  if (!object.has(name)) return null;
  const blocks = addresses(object, name);
  if (typeof blocks === "string") return unknown(blocks);
  if (blocks.includes("0.0.0.0/0") && blocks.includes("::/0")) return TRUE;
  return blocks.length === 0 ? FALSE : word(null, ["FROM", blocks.join(",")]);
}

/** The address that is listened on, where it is one. */
export function localAddress(
  object: ObjectReader,
  { host }: { readonly host: string },
): Expression {
  const blocks = addresses(object, "ranges");
  if (typeof blocks === "string") return unknown(blocks);
  const own = parseCidr(host);
  if (!own.ok || /^(?:0\.0\.0\.0|::)$/.test(host)) {
    return unknown("the address that the client connects to");
  }
  return any(...blocks.map((block) => block === own.cidr.text ? TRUE : FALSE));
}

/** Blocks of addresses; or why they are none: a part of a sentence. */
export function addresses(
  object: ObjectReader,
  name: string,
): string[] | string {
  const blocks: string[] = [];
  for (const { text } of object.texts(name)) {
    const parsed = parseCidr(text);
    const block = parsed.ok ? parsed.cidr.text : parsed.suggestion;
    if (block === undefined) return `${quoted(text)} is no address`;
    blocks.push(block);
  }
  return [...new Set(blocks)];
}
