/** Openings of clients for comparisons of an imported config with its original. */
import {
  clientHello,
  helloRecord,
  records,
  sslV2Hello,
} from "./client_hello.ts";
import { OPENINGS } from "./openings.ts";
import type { Openings } from "./same_targets.ts";
import { hex, wire } from "./wire.ts";

/** A hello for a name. */
function hello(sni: string | null, ...alpn: readonly string[]): Uint8Array {
  return helloRecord({ sni, alpn: alpn.length > 0 ? alpn : null });
}

/**
 * Bytes in three pieces, few enough to be sent within the time that a protocol
 * may take to be told.
 */
function pieces(bytes: Uint8Array, ...ends: [number, number]): Uint8Array[] {
  return [0, ...ends].map((start, index) => bytes.slice(start, ends[index]));
}

const OLD = { versions: null, legacyVersion: 0x0303 } as const;

/** Openings by what they are. */
export const IMPORT_OPENINGS: Openings = {
  ...Object.fromEntries(
    Object.entries(OPENINGS).map(([name, bytes]) => [name, [bytes]]),
  ),
  "nothing": [],
  "a.example": [hello("a.example")],
  "A.EXAMPLE": [hello("A.EXAMPLE")],
  "x.b.example": [hello("x.b.example")],
  "y.x.b.example": [hello("y.x.b.example")],
  "b.example": [hello("b.example")],
  "c.example": [hello("c.example")],
  "x.c.example": [hello("x.c.example")],
  "mail7.d.example": [hello("mail7.d.example")],
  "mail.e.example": [hello("mail.e.example")],
  "other.example": [hello("other.example")],
  "no name": [hello(null)],
  "no extensions": [helloRecord({ noExtensions: true })],
  "a.example with h2": [hello("a.example", "h2", "http/1.1")],
  "a.example with acme-tls/1": [hello("a.example", "acme-tls/1")],
  "other.example with h2": [hello("other.example", "h2")],
  "other.example with acme-tls/1": [hello("other.example", "acme-tls/1")],
  "no name with xmpp-client": [hello(null, "xmpp-client")],
  "TLS 1.2": [helloRecord({ ...OLD, sni: "old.example" })],
  "TLS 1.0": [
    helloRecord({ versions: null, legacyVersion: 0x0301, sni: "old.example" }),
  ],
  "a.example in pieces": pieces(hello("a.example"), 40, 90),
  "a.example byte by byte at first": pieces(hello("a.example"), 1, 2),
  "a.example in two records": [records(clientHello({ sni: "a.example" }), 90)],
  "an SSLv2 hello": [sslV2Hello(0x0301)],
  "a hello of 4 KiB": [helloRecord({ sni: "a.example", padding: 4000 })],
  "half of a hello": [hello("a.example").subarray(0, 60)],
  "one byte of a hello": [hex("16")],
  "HTTP in pieces": pieces(
    wire("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"),
    2,
    10,
  ),
  "HTTP POST": [
    wire("POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 0\r\n\r\n"),
  ],
  "SSH in pieces": pieces(wire("SSH-2.0-OpenSSH_9.6\r\n"), 1, 3),
  "half of SSH": [wire("SS")],
  "zeroes": [new Uint8Array(64)],
  "text": [wire("hello\r\n")],
  "tinc": [wire("0 laptop 17.7\n")],
  "ADB": [
    wire(
      "CNXN",
      hex("01 00 00 01 00 00 10 00 1b 00 00 00 d3 08 00 00 bc b1 a7 b1"),
      [
        ...wire("host::features=shell_v2,cmd"),
      ],
    ),
  ],
  "OpenVPN": [hex("00 0e 38 11 22 33 44 55 66 77 88 00 00 00 00 00")],
  "XMPP in full": [
    wire(
      "<?xml version='1.0'?><stream:stream to='a.example' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>",
    ),
  ],
};
