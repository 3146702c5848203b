/**
 * From a captured packet to its TCP segment or UDP datagram.
 *
 * @module
 */
import { ipText } from "../address/ip_address.ts";
import { formatHostPort } from "../config/address.ts";
import { latin1 } from "../detect/byte_reader.ts";
import { type Decoded, found, skipped, TOO_SHORT } from "./decoded.ts";
import { type IpPacket, ipPacket } from "./ip_layer.ts";
import { networkPacket } from "./link_layer.ts";

/** An end of a connection or flow. */
export interface Endpoint {
  /** 4 or 16 bytes, valid as long as the packet. */
  readonly address: Uint8Array;
  readonly port: number;
}

/** A TCP segment, valid as long as the packet that it came in. */
export interface TcpSegment {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly seq: number;
  /** The next byte that the sender expects; only meaningful with ACK. */
  readonly ack: number;
  /** Bits of {@linkcode TcpFlag}. */
  readonly flags: number;
  readonly payload: Uint8Array;
  /** Bytes of the payload that the capture left out. */
  readonly cut: number;
}

/** Bits of the TCP header (RFC 9293 §3.1). */
export const TcpFlag = Object.freeze({
  FIN: 0x01,
  SYN: 0x02,
  RST: 0x04,
  ACK: 0x10,
});

/** A UDP datagram, valid as long as the packet that it came in. */
export interface UdpDatagram {
  readonly source: Endpoint;
  readonly destination: Endpoint;
  readonly payload: Uint8Array;
  /** Bytes of the payload that the capture left out. */
  readonly cut: number;
}

/** What a packet holds. */
export type TransportPacket =
  | { readonly transport: "tcp"; readonly segment: TcpSegment }
  | { readonly transport: "udp"; readonly datagram: UdpDatagram };

const TCP_HEADER_BYTES = 20;
const UDP_HEADER_BYTES = 8;

/**
 * Finds the TCP segment or the UDP datagram in a packet.
 *
 * @param linkType As capture files number them.
 */
export function transportPacket(
  linkType: number,
  packet: Uint8Array,
): Decoded<TransportPacket> {
  const network = networkPacket(linkType, packet);
  if (network.kind === "skipped") return network;
  const ip = ipPacket(network.value);
  if (ip.kind === "skipped") return ip;
  return ip.value.transport === "tcp"
    ? tcpPacket(ip.value)
    : udpPacket(ip.value);
}

function tcpPacket(ip: IpPacket): Decoded<TransportPacket> {
  const { payload, cut } = ip;
  if (payload.length < TCP_HEADER_BYTES) return skipped(TOO_SHORT);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const headerBytes = (view.getUint8(12) >> 4) * 4;
  if (headerBytes < TCP_HEADER_BYTES || headerBytes > payload.length) {
    return skipped(TOO_SHORT);
  }
  const segment = {
    ...endsOf(ip, view),
    seq: view.getUint32(4),
    ack: view.getUint32(8),
    flags: view.getUint8(13),
    payload: payload.subarray(headerBytes),
    cut,
  };
  return found({ transport: "tcp", segment });
}

function udpPacket(ip: IpPacket): Decoded<TransportPacket> {
  const { payload, cut } = ip;
  if (payload.length < UDP_HEADER_BYTES) return skipped(TOO_SHORT);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  // 0: the capturing machine's network card cuts it into packets later.
  const length = view.getUint16(4) || payload.length + cut;
  if (length < UDP_HEADER_BYTES) return skipped(TOO_SHORT);
  const datagram = {
    ...endsOf(ip, view),
    payload: payload.subarray(UDP_HEADER_BYTES, length),
    cut: Math.max(0, length - payload.length),
  };
  return found({ transport: "udp", datagram });
}

/** Both ends; the ports stand at the same place in both headers. */
function endsOf({ source, destination }: IpPacket, view: DataView) {
  return {
    source: { address: source, port: view.getUint16(0) },
    destination: { address: destination, port: view.getUint16(2) },
  };
}

/** An end as a key, to tell ends apart. */
export function endpointKey({ address, port }: Endpoint): string {
  return latin1(address) + String.fromCharCode(port);
}

/** An end as people write it. */
export function endpointText({ address, port }: Endpoint): string {
  return formatHostPort(ipText(address), port);
}
