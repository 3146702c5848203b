/**
 * Version 1 of the PROXY protocol: one line of text (specification §2.1).
 *
 * @module
 */
import { ipBytes, ipText } from "../address/ip_address.ts";
import {
  type BadHeader,
  badHeader,
  byteText,
  type ConnectionEnds,
  type Endpoint,
  type ProxyHeaderLook,
} from "./proxy_protocol.ts";

/** Longest line with its CRLF, in bytes (specification §2.1). */
export const MAX_V1_BYTES = 107;

const CR = 0x0d;
const LF = 0x0a;

/** What a field of the line must be. */
interface FieldCheck {
  readonly name: string;
  fits(text: string): boolean;
}

const IPV4_ADDRESS: FieldCheck = {
  name: "an IPv4 address",
  fits: (text) => !text.includes(":") && ipBytes(text) !== null,
};

const IP_ADDRESS: FieldCheck = {
  name: "an IP address without a zone",
  fits: (text) => !text.includes("%") && ipBytes(text) !== null,
};

const PORT: FieldCheck = {
  name: "a port of 0 to 65535",
  fits: (text) => /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65535,
};

/** One field of the line. */
interface Field {
  readonly text: string;
  /** Where it starts in the line. */
  readonly offset: number;
}

/**
 * Parses the line, strictly: one space between fields, no leading zeros, CRLF at
 * the end. Whatever follows `UNKNOWN` is passed over, as the specification says.
 *
 * The family is that of the source. Against the specification the destination
 * may be of the other one, and the source of TCP6 an IPv4 address: nginx's stream
 * module writes what it listens on behind a client that it knows by a header
 * itself.
 *
 * @param view Starts with the signature.
 */
export function parseV1(view: Uint8Array): ProxyHeaderLook {
  const window = view.subarray(0, MAX_V1_BYTES);
  const end = window.findIndex((byte) => byte === CR || byte === LF);
  if (end < 0 || end + 1 === MAX_V1_BYTES) {
    if (window.length < MAX_V1_BYTES) return { kind: "more", signed: true };
    return badHeader(MAX_V1_BYTES, "no CRLF", "one before");
  }
  if (window[end] === LF) return badHeader(end, "a bare LF", "CRLF");
  const next = window[end + 1];
  if (next === undefined) return { kind: "more", signed: true };
  if (next !== LF) return badHeader(end + 1, byteText(next), "LF");
  const parsed = parseLine(fieldsOf(window.subarray(0, end)));
  if (parsed !== null && "kind" in parsed) return parsed;
  return {
    kind: "header",
    header: { version: 1, ends: parsed, tlvs: [] },
    length: end + 2,
  };
}

/**
 * The header as bytes.
 *
 * @param ends `null`, or what is no IP address, gives `UNKNOWN`. When only one
 * is an IPv4 address, both go as IPv6, that one mapped (RFC 4291 §2.5.5.2).
 */
export function encodeV1(ends: ConnectionEnds | null): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`PROXY ${addressesText(ends)}\r\n`);
}

function addressesText(ends: ConnectionEnds | null): string {
  const source = ends && ipBytes(ends.source.hostname);
  const destination = ends && ipBytes(ends.destination.hostname);
  if (!source || !destination) return "UNKNOWN";
  const ipv4 = source.length === 4 && destination.length === 4;
  const text = (bytes: Uint8Array) =>
    ipv4 || bytes.length === 16 ? ipText(bytes) : `::ffff:${ipText(bytes)}`;
  return [
    ipv4 ? "TCP4" : "TCP6",
    text(source),
    text(destination),
    ends!.source.port,
    ends!.destination.port,
  ].join(" ");
}

function fieldsOf(line: Uint8Array): Field[] {
  const fields: Field[] = [];
  let offset = 0;
  for (const text of String.fromCharCode(...line).split(" ")) {
    fields.push({ text, offset });
    offset += text.length + 1;
  }
  return fields;
}

/** The ends, `null` for `UNKNOWN`, or what is wrong. */
function parseLine(
  [signature, family, ...rest]: readonly Field[],
): ConnectionEnds | null | BadHeader {
  if (signature!.text !== "PROXY") {
    return badHeader(5, JSON.stringify(signature!.text.slice(5)), "a space");
  }
  if (family === undefined) {
    return badHeader(5, "the end of the line", "a space");
  }
  if (family.text === "UNKNOWN") return null;
  if (family.text !== "TCP4" && family.text !== "TCP6") {
    return badHeader(family.offset, quoted(family), "TCP4, TCP6 or UNKNOWN");
  }
  return parseEnds(family, rest);
}

function parseEnds(
  family: Field,
  fields: readonly Field[],
): ConnectionEnds | BadHeader {
  const source = family.text === "TCP4" ? IPV4_ADDRESS : IP_ADDRESS;
  const checks = [source, IP_ADDRESS, PORT, PORT];
  let end = family;
  for (const [nth, { fits, name }] of checks.entries()) {
    const field = fields[nth];
    if (field === undefined) {
      const offset = end.offset + end.text.length;
      return badHeader(offset, "the end of the line", name);
    }
    if (!fits(field.text)) return badHeader(field.offset, quoted(field), name);
    end = field;
  }
  const extra = fields[checks.length];
  if (extra !== undefined) {
    return badHeader(extra.offset, quoted(extra), "the end of the line");
  }
  const [from, to, fromPort, toPort] = fields;
  return {
    source: endpoint(from!, fromPort!),
    destination: endpoint(to!, toPort!),
  };
}

/** In its canonical form, an IPv4-mapped address as IPv4. */
function endpoint(address: Field, port: Field): Endpoint {
  return {
    hostname: ipText(ipBytes(address.text)!),
    port: Number(port.text),
  };
}

function quoted({ text }: Field): string {
  return JSON.stringify(text);
}
