/**
 * Tests of addresses, as other programs have them: a list of blocks of which one
 * must contain the address.
 *
 * @module
 */
import { type Cidr, isWithinBlock, parseCidr } from "../../address/cidr.ts";
import { quoted } from "../origin.ts";
import { type Expression, FALSE, TRUE, unknown, word } from "./expression.ts";

/** Blocks, each once, or why a text is none: a part of a sentence. */
export type AddressBlocks =
  | { readonly ok: true; readonly blocks: readonly Cidr[] }
  | { readonly ok: false; readonly problem: string };

const EVERY_ADDRESS = ["0.0.0.0/0", "::/0"];

/** Reads addresses and blocks; bits behind the prefix do not count. */
export function addressBlocks(texts: readonly string[]): AddressBlocks {
  const blocks = new Map<string, Cidr>();
  for (const text of texts) {
    const block = blockOf(text);
    if (block === null) {
      return { ok: false, problem: `${quoted(text)} is no address` };
    }
    blocks.set(block.text, block);
  }
  return { ok: true, blocks: [...blocks.values()] };
}

/** The address of the client is in one of these blocks. */
export function clientIn(texts: readonly string[]): Expression {
  const read = addressBlocks(texts);
  if (!read.ok) return unknown(read.problem);
  const blocks = read.blocks.map(({ text }) => text);
  if (EVERY_ADDRESS.every((one) => blocks.includes(one))) return TRUE;
  return blocks.length === 0 ? FALSE : word(null, ["FROM", blocks.join(",")]);
}

/**
 * The address that a client connects to is in one of these blocks.
 *
 * @param host The one that is listened on: if it is one address, it is that.
 */
export function listenerIn(
  texts: readonly string[],
  host: string,
): Expression {
  const read = addressBlocks(texts);
  if (!read.ok) return unknown(read.problem);
  const own = /^(?:0\.0\.0\.0|::)$/.test(host) ? null : blockOf(host);
  if (own === null) return unknown("the address that the client connects to");
  return read.blocks.some((block) => isWithinBlock(own, block)) ? TRUE : FALSE;
}

function blockOf(text: string): Cidr | null {
  const parsed = parseCidr(text);
  if (parsed.ok) return parsed.cidr;
  const cleared = parseCidr(parsed.suggestion ?? "");
  return cleared.ok ? cleared.cidr : null;
}
