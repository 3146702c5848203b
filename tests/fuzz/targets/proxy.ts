/**
 * The PROXY protocol's parsers: what is said of some bytes holds for more, and
 * what is read can be written and read again.
 *
 * @module
 */
import type {
  ProxyHeader,
  ProxyHeaderLook,
} from "../../../src/net/proxy_protocol.ts";
import { parseProxyHeader } from "../../../src/net/proxy_protocol_parse.ts";
import { encodeV1 } from "../../../src/net/proxy_protocol_v1.ts";
import { encodeV2 } from "../../../src/net/proxy_protocol_v2.ts";
import { equal } from "@std/assert";
import { hex, wire } from "../../support/wire.ts";
import { type Input, joined } from "../input.ts";
import { checkLinear, stretched } from "../stretch.ts";
import { bucket, type FuzzTarget, type Path, Violation } from "../target.ts";

const SIGNATURE = "0d0a0d0a000d0a515549540a";
const ENDS = {
  source: { hostname: "192.0.2.1", port: 1000 },
  destination: { hostname: "2001:db8::1", port: 443 },
};
const TLVS = [
  { type: 2, value: wire("a.test") },
  { type: 5, value: wire(1, 2, 3) },
];
const LINES = [
  "TCP4 192.0.2.1 192.0.2.2 1000 443",
  "TCP6 2001:db8::1 ::1 65535 0",
  "TCP6 ::ffff:1.2.3.4 2001:db8::1 1 2",
  "UNKNOWN",
  "UNKNOWN a b c",
];
const KINDS = { absent: 0, more: 1, header: 2, bad: 3 };
const LONGEST = 4096;

const SEEDS: readonly Uint8Array[] = [
  ...LINES.map((line) => wire(`PROXY ${line}\r\nGET / HTTP/1.1\r\n\r\n`)),
  encodeV2(ENDS, TLVS),
  encodeV2({ source: ENDS.source, destination: ENDS.source }, []),
  encodeV2(null, TLVS),
  ...["2000 0000", "2111 000c 01020304 05060708 0001 0002", "2131 00d8"]
    .map((text) => hex(SIGNATURE + text)),
];
const TOKENS = [
  ...["PROXY ", "TCP4 ", "TCP6 ", "UNKNOWN", "\r\n", " ", "1.2.3.4", "::", "0"],
  ...[
    "65535",
    "65536",
    "00",
    "::ffff:1.2.3.4",
    "%eth0",
    "1.2.3.04",
    "\r",
    "\n",
  ],
].map((text) => wire(text)).concat(
  ...[SIGNATURE, "20", "21", "11", "12", "21", "22", "31", "00", "030004", "04"]
    .map(hex),
);

/** The parsers of the PROXY protocol. */
export function proxyTarget(): FuzzTarget {
  return {
    name: "proxy",
    seeds: SEEDS.map((bytes) => [bytes]),
    tokens: TOKENS,
    maxBytes: 600,
    maxParts: 1,
    weight: 2,
    run: (input, path) => run(joined(input), path),
    stretch(input: Input) {
      const long = stretched(joined(input), LONGEST);
      checkLinear(
        "PROXY: time grows faster than the header",
        LONGEST,
        (length) => {
          parseProxyHeader(long.subarray(0, length));
        },
      );
    },
  };
}

function run(view: Uint8Array, path: Path): void {
  const whole = parseProxyHeader(view);
  let first: ProxyHeaderLook = whole;
  let at = 0;
  for (; at <= view.length; at++) {
    first = parseProxyHeader(view.subarray(0, at));
    if (first.kind !== "more") break;
  }
  path.add(KINDS[first.kind], bucket(at));
  if (first.kind === "bad") path.add(9, path.word(first.why));
  if (!equal(first, whole)) {
    throw new Violation(
      "PROXY: more bytes change what is said",
      `${JSON.stringify(first)}, ${JSON.stringify(whole)}`,
    );
  }
  if (whole.kind !== "header") return;
  if (whole.length > view.length || whole.length !== at) {
    throw new Violation("PROXY: a wrong length", `${whole.length} of ${at}`);
  }
  const { ends, tlvs, version } = whole.header;
  path.add(10, version, ends === null ? 0 : 1, bucket(tlvs.length));
  checkAgain(whole.header);
}

/** What was read is written, and read the same. */
function checkAgain({ ends, tlvs }: ProxyHeader): void {
  const kept = tlvs.filter(({ type }) => type !== 3);
  const second = parseProxyHeader(encodeV2(ends, kept), 65551);
  const first = parseProxyHeader(encodeV1(ends));
  for (const look of [first, second]) {
    if (look.kind === "header" && equal(look.header.ends, ends)) continue;
    throw new Violation(
      "PROXY: what was written is read otherwise",
      `${JSON.stringify(ends)}, ${JSON.stringify(look)}`,
    );
  }
  const read = second.kind === "header" ? second.header.tlvs.slice(1) : [];
  if (!equal(read, kept)) {
    throw new Violation("PROXY: TLVs are read otherwise", `${kept.length}`);
  }
}
