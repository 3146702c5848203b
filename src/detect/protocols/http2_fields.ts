/**
 * What the field block of an HTTP/2 request says (RFC 9113 §8.3.1).
 *
 * @module
 */
import { checkAuthority } from "../authority.ts";
import type { DetectState, Facts } from "../detector.ts";
import { normalizeHost } from "../host.ts";
import { decodeHpack } from "../hpack.ts";
import type { Field } from "../hpack_static_table.ts";
import {
  certain,
  doubt,
  type Draft,
  learn,
  type Learnt,
  NOTHING,
} from "../learnt.ts";
import { normalPath } from "./http_path.ts";
import {
  isMethodByte,
  isTargetByte,
  MAX_METHOD_BYTES,
  pathOf,
} from "./http_request.ts";

/**
 * Reads the facts of a request.
 *
 * @returns A text: what is wrong with it, or in doubt for the rules.
 */
export function readFieldBlock(
  block: Uint8Array,
  state: DetectState,
): Facts | string {
  const fields = decodeHpack(block);
  if (fields === null) {
    return "the field block is invalid or larger than 64 KiB when decoded";
  }
  const found = new Map<string, string>();
  const why = collect(fields, found);
  if (why !== null) return why;
  const facts: Draft = {};
  return learn(facts, "host", readHost(found), state) ??
    learn(facts, "method", readMethod(found), state) ??
    learn(facts, "path", readPath(found), state) ?? facts;
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
    if (BAD_VALUE.test(value)) {
      return "a field contains a line end or a NUL byte";
    }
    const pseudo = name.startsWith(":");
    if (pseudo && regular) return "a pseudo-header follows the other headers";
    regular ||= !pseudo;
    if (!pseudo && name !== "host") continue;
    if (found.has(name)) return `the field "${name}" is repeated`;
    found.set(name, value);
  }
  return null;
}

function readHost(found: ReadonlyMap<string, string>): Learnt {
  const hosts = [found.get(":authority"), found.get("host")].filter((text) =>
    text !== undefined && text !== ""
  ) as string[];
  for (const text of hosts) {
    const problem = checkAuthority(text);
    if (problem !== null) return doubt(`the host ${problem}`);
  }
  const [host, other = host] = hosts.map(normalizeHost);
  return host === other ? certain(host) : doubt(":authority and host differ");
}

function readMethod(found: ReadonlyMap<string, string>): Learnt {
  const method = found.get(":method") ?? "";
  const sound = method.length <= MAX_METHOD_BYTES &&
    every(method, isMethodByte);
  return method !== "" && sound
    ? certain(method)
    : doubt("the request has no valid method");
}

function readPath(found: ReadonlyMap<string, string>): Learnt {
  const target = found.get(":path");
  if (target === undefined) {
    return found.get(":method") === "CONNECT"
      ? NOTHING
      : doubt("the request has no path");
  }
  if (target === "*") return certain(target);
  if (!target.startsWith("/") || !every(target, isTargetByte)) {
    return doubt("the request has no valid path");
  }
  const normal = normalPath(pathOf(target));
  return normal.ok ? certain(normal.path) : normal;
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
