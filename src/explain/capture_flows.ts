/**
 * From a capture file to its TCP connections and UDP flows.
 *
 * @module
 */
import { CaptureReader } from "./capture.ts";
import { type Flow, inputError } from "./flow.ts";
import { isKnownLinkType, LINK_TYPES_TEXT } from "./link_layer.ts";
import { transportPacket } from "./packet.ts";
import type { RawPacket } from "./packet_reader.ts";
import { TcpFlows } from "./tcp_flows.ts";
import { UdpFlows } from "./udp_flows.ts";

/** An input that comes in chunks. */
export interface Input {
  /** Name of the file, as messages show it. */
  readonly file: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Hears what people should know about the input as a whole. */
  readonly onNote: (text: string) => void;
}

/**
 * Reads a pcap or pcapng capture to its end and gives every TCP connection, then
 * every UDP flow, each in the order of their first packets.
 *
 * @throws {PassthruError} `bad_input`, where the capture is broken; what could be
 * read before has been given then.
 */
export async function* captureFlows(input: Input): AsyncGenerator<Flow> {
  const reader = new CaptureReader(input.file);
  const packets = new PacketSorter();
  let failure: unknown = null;
  try {
    for await (const chunk of input.chunks) {
      for (const packet of reader.read(chunk)) packets.add(packet);
    }
    reader.end();
  } catch (error) {
    failure = error;
  }
  yield* packets.connections.flows();
  yield* packets.datagrams.flows();
  for (const note of packets.notes()) input.onNote(`${input.file}: ${note}`);
  if (failure !== null) throw failure;
  if (packets.count === 0) input.onNote(`${input.file}: there is no packet`);
  if (packets.onlyUnknownLinks) {
    throw inputError(
      input.file,
      `no packet has a link type that is understood: expected ${LINK_TYPES_TEXT}`,
    );
  }
}

/** Takes segments and datagrams out of packets and counts the others. */
class PacketSorter {
  readonly connections = new TcpFlows();
  readonly datagrams = new UdpFlows();
  readonly #skipped = new Map<string, number>();
  /** Packets of any kind. */
  count = 0;
  #unknownLinks = 0;

  add({ linkType, timeMs, bytes }: RawPacket): void {
    this.count++;
    if (!isKnownLinkType(linkType)) this.#unknownLinks++;
    const decoded = transportPacket(linkType, bytes);
    if (decoded.kind === "skipped") {
      const { what } = decoded;
      this.#skipped.set(what, (this.#skipped.get(what) ?? 0) + 1);
    } else if (decoded.value.transport === "tcp") {
      this.connections.add(decoded.value.segment, timeMs);
    } else this.datagrams.add(decoded.value.datagram, timeMs);
  }

  /** Whether there are packets, but none that could be looked into. */
  get onlyUnknownLinks(): boolean {
    return this.count > 0 && this.count === this.#unknownLinks;
  }

  /** What was passed over. */
  *notes(): Generator<string> {
    for (const [what, count] of this.#skipped) {
      yield `skipped ${what}: ${count}`;
    }
  }
}
