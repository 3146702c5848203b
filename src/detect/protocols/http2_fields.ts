/**
 * What the field block of an HTTP/2 request says (RFC 9113 §8.3.1).
 *
 * @module
 */
import { checkAuthority } from "../authority.ts";
import type { Facts, FactValue } from "../detector.ts";
import { normalizeHost } from "../host.ts";
import { decodeHpack } from "../hpack.ts";
import type { Field } from "../hpack_static_table.ts";
import {
  isMethodByte,
  isTargetByte,
  MAX_METHOD_BYTES,
  pathOf,
} from "./http_request.ts";

/** Reads the facts of a request; a text says what is wrong with it. */
export function readFieldBlock(block: Uint8Array): Facts | string {
  const fields = decodeHpack(block);
  if (fields === null) {
    return "the field block is broken or stands for more than 64 KiB";
  }
  const found = new Map<string, string>();
  const why = collect(fields, found);
  if (why !== null) return why;
  const facts: Record<string, FactValue> = {};
  return readHost(found, facts) ?? readMethod(found, facts) ??
    readPath(found, facts) ?? facts;
}

/** A name with capitals, white space or controls (RFC 9113 §8.2.1). */
const BAD_NAME = /[^\x21-\x40\x5b-\x7e]/;
/** What could end a line behind a proxy that turns the request into HTTP/1. */
const BAD_VALUE = /[\0\r\n]/;

/** Picks the fields that facts come from, each of which may come once. */
function collect(
  fields: readonly Field[],
  found: Map<string, string>,
): string | null {
  let regular = false;
  for (const { name, value } of fields) {
    if (name === "" || BAD_NAME.test(name)) return "a field has a bad name";
    if (BAD_VALUE.test(value)) return "a field holds a line end or a NUL byte";
    const pseudo = name.startsWith(":");
    if (pseudo && regular) return "a pseudo-header follows the other headers";
    regular ||= !pseudo;
    if (!pseudo && name !== "host") continue;
    if (found.has(name)) return `the field "${name}" comes twice`;
    found.set(name, value);
  }
  return null;
}

function readHost(
  found: ReadonlyMap<string, string>,
  facts: Record<string, FactValue>,
): string | null {
  const hosts = [found.get(":authority"), found.get("host")].filter((text) =>
    text !== undefined && text !== ""
  ) as string[];
  for (const text of hosts) {
    const problem = checkAuthority(text);
    if (problem !== null) return `the host ${problem}`;
  }
  const [host, other = host] = hosts.map(normalizeHost);
  if (host !== other) return ":authority and host differ";
  if (host !== undefined) facts.host = host;
  return null;
}

function readMethod(
  found: ReadonlyMap<string, string>,
  facts: Record<string, FactValue>,
): string | null {
  const method = found.get(":method") ?? "";
  const sound = method.length <= MAX_METHOD_BYTES &&
    every(method, isMethodByte);
  if (method === "" || !sound) return "the request has no valid method";
  facts.method = method;
  return null;
}

function readPath(
  found: ReadonlyMap<string, string>,
  facts: Record<string, FactValue>,
): string | null {
  const target = found.get(":path");
  if (target === undefined) {
    return facts.method === "CONNECT" ? null : "the request has no path";
  }
  const sound = target.startsWith("/") || target === "*";
  if (!sound || !every(target, isTargetByte)) {
    return "the request has no valid path";
  }
  facts.path = pathOf(target);
  return null;
}

function every(
  text: string,
  test: (byte: number, index: number) => boolean,
): boolean {
  for (let i = 0; i < text.length; i++) {
    if (!test(text.charCodeAt(i), i)) return false;
  }
  return true;
}
