import { assert, assertEquals } from "@std/assert";
import type { ConnectionEnds } from "../../src/net/proxy_protocol.ts";
import { parseProxyHeader } from "../../src/net/proxy_protocol_parse.ts";
import { encodeV1 } from "../../src/net/proxy_protocol_v1.ts";
import { bytesOf, textOf } from "../support/tcp.ts";

/** Looks at a line, each character one byte. */
function look(line: string) {
  return parseProxyHeader(Uint8Array.from(line, (c) => c.charCodeAt(0)));
}

function ends(
  source: string,
  sourcePort: number,
  destination: string,
  destinationPort: number,
): ConnectionEnds {
  return {
    source: { hostname: source, port: sourcePort },
    destination: { hostname: destination, port: destinationPort },
  };
}

const FULL = "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";

const GOOD: [line: string, ends: ConnectionEnds | null][] = [
  // The example of the specification, and its longest lines.
  [
    "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443",
    ends("192.168.0.1", 56324, "192.168.0.11", 443),
  ],
  [
    "PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535",
    ends("255.255.255.255", 65535, "255.255.255.255", 65535),
  ],
  [
    `PROXY TCP6 ${FULL} ${FULL} 65535 65535`,
    ends(FULL, 65535, FULL, 65535),
  ],
  ["PROXY UNKNOWN", null],
  [`PROXY UNKNOWN ${FULL} ${FULL} 65535 65535`, null],
  // The others.
  ["PROXY TCP4 0.0.0.0 0.0.0.0 0 0", ends("0.0.0.0", 0, "0.0.0.0", 0)],
  ["PROXY TCP6 ::1 ::2 1 2", ends("::1", 1, "::2", 2)],
  [
    "PROXY TCP6 2001:DB8:0:0:0:0:0:00aF 2001:db8:: 1 2",
    ends("2001:db8::af", 1, "2001:db8::", 2),
  ],
  // What inet_ntop makes of a mapped address, so what HAProxy sends.
  [
    "PROXY TCP6 ::ffff:192.0.2.1 ::ffff:c000:202 1 2",
    ends("192.0.2.1", 1, "192.0.2.2", 2),
  ],
  // What nginx sends for a client that it knows by a header itself.
  [
    "PROXY TCP6 2001:db8::1 127.0.0.1 1 2",
    ends("2001:db8::1", 1, "127.0.0.1", 2),
  ],
  ["PROXY TCP4 192.0.2.1 ::1 1 2", ends("192.0.2.1", 1, "::1", 2)],
  ["PROXY TCP6 192.0.2.1 ::1 1 2", ends("192.0.2.1", 1, "::1", 2)],
  [
    `PROXY TCP4 255.255.255.255 ${FULL} 65535 65535`,
    ends("255.255.255.255", 65535, FULL, 65535),
  ],
  ["PROXY UNKNOWN ", null],
  ["PROXY UNKNOWN what \x00 ever  \xff", null],
];

Deno.test("PROXY v1: good lines give their ends", () => {
  for (const [line, expected] of GOOD) {
    assertEquals(look(`${line}\r\nGET`), {
      kind: "header",
      header: { version: 1, ends: expected, tlvs: [] },
      length: line.length + 2,
    }, line);
  }
});

const ADDRESS = "an IPv4 address";
const PORT = "a port of 0 to 65535";

const BAD: [line: string, why: string][] = [
  ["PROXYTCP4 1.1.1.1 2.2.2.2 1 2\r\n", 'offset 5: found "TCP4", a space'],
  ["PROXY\r\n", "offset 5: found the end of the line, a space"],
  ["PROXY \r\n", 'offset 6: found "", TCP4, TCP6 or UNKNOWN'],
  ["PROXY  TCP4 1.1.1.1\r\n", 'offset 6: found "", TCP4, TCP6 or UNKNOWN'],
  ["PROXY tcp4 1.1.1.1\r\n", 'offset 6: found "tcp4", TCP4, TCP6 or UNKNOWN'],
  ["PROXY UDP4 1.1.1.1\r\n", 'offset 6: found "UDP4", TCP4, TCP6 or UNKNOWN'],
  ["PROXY UNKNOWNS\r\n", 'offset 6: found "UNKNOWNS", TCP4, TCP6 or UNKNOWN'],
  [
    "PROXY TCP4\r\n",
    "offset 10: found the end of the line, an IPv4 address",
  ],
  [
    "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n",
    "offset 28: found the end of the line, a port",
  ],
  ["PROXY TCP4  1.1.1.1 2.2.2.2 1 2\r\n", 'offset 11: found "", an IPv4'],
  ["PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n", 'offset 31: found "", the end'],
  ["PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n", 'offset 31: found "3", the end'],
  [
    "PROXY TCP4 1.1.1.1\t2.2.2.2 1 2\r\n",
    'offset 11: found "1.1.1.1\\t2.2.2.2", an',
  ],
  ["PROXY TCP4 01.1.1.1 2.2.2.2 1 2\r\n", `offset 11: found "01.1.1.1", an`],
  ["PROXY TCP4 1.1.1.256 2.2.2.2 1 2\r\n", `offset 11: found "1.1.1.256", an`],
  ["PROXY TCP4 1.1.1 2.2.2.2 1 2\r\n", `offset 11: found "1.1.1", ${ADDRESS}`],
  ["PROXY TCP4 ::1 1.1.1.1 1 2\r\n", `offset 11: found "::1", ${ADDRESS}`],
  ["PROXY TCP4 1.1.1.1 ::1%0 1 2\r\n", 'offset 19: found "::1%0", an IP '],
  ["PROXY TCP6 ::1 1.1.1 1 2\r\n", 'offset 15: found "1.1.1", an IP '],
  ["PROXY TCP6 fe80::1%0 ::1 1 2\r\n", 'offset 11: found "fe80::1%0", an'],
  ["PROXY TCP6 1::2::3 ::1 1 2\r\n", 'offset 11: found "1::2::3", an IP '],
  ["PROXY TCP6 [::1] ::1 1 2\r\n", 'offset 11: found "[::1]", an IP '],
  ["PROXY TCP6 00001::1 ::1 1 2\r\n", 'offset 11: found "00001::1", an IP '],
  ["PROXY TCP4 host 2.2.2.2 1 2\r\n", 'offset 11: found "host", an IPv4'],
  ["PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n", `offset 27: found "01", ${PORT}`],
  ["PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n", 'offset 29: found "65536", a p'],
  ["PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n", `offset 27: found "-1", ${PORT}`],
  ["PROXY TCP4 1.1.1.1 2.2.2.2 1 0x2\r\n", `offset 29: found "0x2", ${PORT}`],
  ["PROXY TCP4 1.1.1.1 2.2.2.2 1 \r\n", `offset 29: found "", ${PORT}`],
  ["PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n", "offset 30: found a bare LF, CRLF"],
  ["PROXY TCP4 1.1.1.1 2.2.2.2 1 2\rG", "offset 31: found 0x47, LF"],
  ["PROXY UNKNOWN a\nb\r\n", "offset 15: found a bare LF, CRLF"],
  ["PROXY UNKNOWN a\rb\r\n", "offset 16: found 0x62, LF"],
  ["PROXY UNKNOWN " + "x".repeat(93), "offset 107: found no CRLF, one before"],
  [
    "PROXY UNKNOWN " + "x".repeat(92) + "\r\n",
    "offset 107: found no CRLF, one before",
  ],
];

Deno.test("PROXY v1: bad lines say where, what was found and what was expected", () => {
  for (const [line, why] of BAD) {
    const [at, ...rest] = why.split(/, (?=\D)/);
    const found = look(line);
    assertEquals(found.kind, "bad", line);
    const text = found.kind === "bad" ? found.why : "";
    const expected = `${at}, expected ${rest.join(", ")}`;
    assert(text.startsWith(expected), `${text} | ${expected}`);
  }
});

Deno.test("PROXY v1: a line of 107 bytes is the longest", () => {
  const line = "PROXY UNKNOWN " + "x".repeat(91) + "\r\n";
  assertEquals(line.length, 107);
  assertEquals(look(line).kind, "header");
  assertEquals(look(line.slice(0, -1)).kind, "more");
});

const SENT: [ends: ConnectionEnds | null, line: string][] = [
  [
    ends("192.0.2.1", 40000, "198.51.100.2", 443),
    "PROXY TCP4 192.0.2.1 198.51.100.2 40000 443\r\n",
  ],
  // A client of a dual-stack listener.
  [
    ends("::ffff:192.0.2.1", 1, "::ffff:198.51.100.2", 2),
    "PROXY TCP4 192.0.2.1 198.51.100.2 1 2\r\n",
  ],
  [
    ends("2001:db8:0::1", 1, "2001:db8::2", 2),
    "PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\n",
  ],
  [
    ends("192.0.2.1", 1, "2001:db8::2", 2),
    "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2\r\n",
  ],
  [
    ends("fe80::1%eth0", 1, "::ffff:1.2.3.4", 2),
    "PROXY TCP6 fe80::1 ::ffff:1.2.3.4 1 2\r\n",
  ],
  [ends("", 0, "", 0), "PROXY UNKNOWN\r\n"],
  [null, "PROXY UNKNOWN\r\n"],
];

Deno.test("PROXY v1: ends are written by their families", () => {
  for (const [sent, line] of SENT) assertEquals(textOf(encodeV1(sent)), line);
  assertEquals(bytesOf(SENT[0]![1]).length, 45);
});
