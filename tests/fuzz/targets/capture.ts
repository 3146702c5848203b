/**
 * The readers of captures: any file gives flows, or an error of ours with its
 * place, and the same in chunks as in one.
 *
 * @module
 */
import { equal } from "@std/assert";
import {
  datagramFromClient,
  ENDS_V6,
  fromClient,
  fromServer,
  handshake,
  packetsOf,
  type ReadCapture,
  readCapture,
} from "../../support/flows.ts";
import { LinkType } from "../../support/packet_writer.ts";
import { pcap, pcapng } from "../../support/pcap_writer.ts";
import { hex, wire } from "../../support/wire.ts";
import { hashOf, type Input, joined } from "../input.ts";
import { Random } from "../random.ts";
import { bucket, type FuzzTarget, type Path, Violation } from "../target.ts";

const SEGMENTS = [
  ...handshake(100),
  fromClient(101, wire("GET / ")),
  fromClient(107, wire("HTTP/1.1\r\n\r\n")),
  fromServer(5001, wire("HTTP/1.1 200\r\n")),
  fromClient(104, wire(" / HTTP")),
  fromClient(119, wire(), { flags: "FA" }),
  datagramFromClient(wire("hello")),
];
const EXTENSIONS = [[0, hex("0000010400000000")]] as const;
const V6 = SEGMENTS.slice(3, 5).map((segment) => ({
  ...segment,
  ...ENDS_V6,
  extensions: EXTENSIONS,
}));

const SEEDS = [
  ...Object.values(LinkType).filter((type) => type !== LinkType.ipv6).map((
    linkType,
  ) => pcap(packetsOf(SEGMENTS, linkType), { linkType })),
  pcap(packetsOf(SEGMENTS), { littleEndian: false, nanoseconds: true }),
  pcap(packetsOf(V6)),
  pcap(packetsOf(SEGMENTS, LinkType.ethernet, [0x8100, 0x88a8])),
  ...(["enhanced", "simple", "old"] as const).map((block) =>
    pcapng(packetsOf(SEGMENTS), { block })
  ),
  pcapng(packetsOf(SEGMENTS), { littleEndian: false, nanoseconds: true }),
];
const TOKENS = [
  ..."d4c3b2a1 a1b2c3d4 4d3cb2a1 0a0d0d0a 4d3c2b1a 06000000 03000000 01000000"
    .split(" "),
  ..."0800 86dd 8100 45 60 4500 11 06 00000000 ffffffff 00000100 7fffffff 1c000000"
    .split(" "),
].map(hex);

/** The readers of captures. */
export function captureTarget(): FuzzTarget {
  return {
    name: "capture",
    seeds: SEEDS.map((bytes) => [bytes]),
    tokens: TOKENS,
    maxBytes: 2048,
    maxParts: 1,
    weight: 2,
    run,
  };
}

async function run(input: Input, path: Path): Promise<void> {
  const bytes = joined(input);
  const random = new Random(hashOf(input));
  const whole = await readCapture(bytes);
  const cut = await readCapture(bytes, 1 + random.below(200));
  if (!equal(cut, whole)) {
    throw new Violation(
      "Capture: chunks change what is read",
      `${text(whole)}\n${text(cut)}`,
    );
  }
  if (whole.error !== null) path.add(1, path.word(whole.error));
  for (const note of whole.notes) path.add(2, path.word(note));
  path.add(3, bucket(whole.flows.length));
  let size = 0;
  for (const { transport, segments, end, notes } of whole.flows) {
    path.add(4, path.word(transport + end), bucket(segments.length));
    for (const note of notes) path.add(5, path.word(note));
    for (const { length } of segments) size += length;
  }
  if (size > bytes.length) {
    throw new Violation("Capture: more bytes than the file has", `${size}`);
  }
}

function text({ flows, notes, error }: ReadCapture): string {
  const ids = flows.map(({ id, segments, end }) =>
    `${id} ${segments.length} ${end}`
  );
  return JSON.stringify({ ids, notes, error });
}
