/** Flows for tests of `explain`: made by hand, and read off captures. */
import { captureFlows } from "../../src/explain/capture_flows.ts";
import type { Flow } from "../../src/explain/flow.ts";
import { packetBytes, type TestSegment } from "./packet_writer.ts";
import { type CaptureOptions, pcap, type TestPacket } from "./pcap_writer.ts";
import { concat } from "./tcp.ts";

/** The ends of the connection that {@linkcode fromClient} speaks of. */
export const ENDS = Object.freeze({
  from: "192.0.2.7",
  to: "192.0.2.1",
  fromPort: 50412,
  toPort: 443,
});

/** The same on IPv6. */
export const ENDS_V6 = Object.freeze({
  from: "2001:db8:0:0:0:0:0:7",
  to: "2001:db8:0:0:0:0:0:1",
  fromPort: 50412,
  toPort: 443,
});

/** A segment from the client. */
export function fromClient(
  seq: number,
  payload: Uint8Array = new Uint8Array(),
  more: Partial<TestSegment> = {},
): TestSegment {
  return { ...ENDS, seq: seq % 2 ** 32, payload, ...more };
}

/** A segment from the server. */
export function fromServer(
  seq: number,
  payload: Uint8Array = new Uint8Array(),
  more: Partial<TestSegment> = {},
): TestSegment {
  const { from, to, fromPort, toPort } = { ...ENDS, ...more };
  const back = { from: to, to: from, fromPort: toPort, toPort: fromPort };
  return { seq, payload, ...more, ...back };
}

/** A datagram from the client. */
export function datagramFromClient(
  payload: Uint8Array,
  more: Partial<TestSegment> = {},
): TestSegment {
  return fromClient(0, payload, { ...more, udp: true });
}

/** A datagram from the server. */
export function datagramFromServer(
  payload: Uint8Array,
  more: Partial<TestSegment> = {},
): TestSegment {
  return fromServer(0, payload, { ...more, udp: true });
}

/** The three packets of a handshake. */
export function handshake(
  clientSeq: number,
  serverSeq = 5000,
  more: Partial<TestSegment> = {},
): TestSegment[] {
  const ack = (clientSeq + 1) % 2 ** 32;
  return [
    fromClient(clientSeq, undefined, { ...more, flags: "S" }),
    fromServer(serverSeq, undefined, { ...more, flags: "SA", ack }),
    fromClient(clientSeq + 1, undefined, { ...more, ack: serverSeq + 1 }),
  ];
}

/** Segments as packets. */
export function packetsOf(
  segments: readonly TestSegment[],
  linkType?: number,
  vlans?: readonly number[],
): TestPacket[] {
  return segments.map((segment) => ({
    bytes: packetBytes(segment, linkType, vlans),
  }));
}

/** What was read off a capture. */
export interface ReadCapture {
  readonly flows: readonly Flow[];
  readonly notes: readonly string[];
  /** The message of the error that ended it. */
  readonly error: string | null;
}

/** Reads a capture that comes in chunks of a size. */
export async function readCapture(
  bytes: Uint8Array,
  chunkBytes = 65536,
): Promise<ReadCapture> {
  const flows: Flow[] = [];
  const notes: string[] = [];
  const input = {
    file: "x.pcap",
    chunks: chunksOf(bytes, chunkBytes),
    onNote: (note: string) => notes.push(note),
  };
  try {
    for await (const flow of captureFlows(input)) flows.push(flow);
  } catch (error) {
    if ((error as { code?: string }).code !== "bad_input") throw error;
    return { flows, notes, error: (error as Error).message };
  }
  return { flows, notes, error: null };
}

/** Reads the flows of a pcap file with these segments; it must be sound. */
export async function flowsOfSegments(
  segments: readonly TestSegment[],
  options: CaptureOptions = {},
): Promise<readonly Flow[]> {
  const packets = packetsOf(segments, options.linkType);
  const { flows, error } = await readCapture(pcap(packets, options));
  if (error !== null) throw new Error(error);
  return flows;
}

/** The bytes of a flow, in one. */
export function bytesOfFlow(flow: Flow | undefined): Uint8Array {
  return concat(flow?.segments ?? []);
}

/** A flow of these segments. */
export function flowOf(...segments: readonly Uint8Array[]): Flow {
  return { id: "x", transport: "tcp", segments, end: "open", notes: [] };
}

/** Bytes as an input in chunks; each is only valid until the next. */
export async function* chunksOf(
  bytes: Uint8Array,
  chunkBytes: number,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const chunk = bytes.slice(at, at + chunkBytes);
    yield chunk;
    chunk.fill(0xee);
  }
}
