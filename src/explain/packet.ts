/**
 * From a captured packet to its TCP segment.
 *
 * @module
 */
import { type Decoded, found, skipped, TOO_SHORT } from "./decoded.ts";
import { ipPacket } from "./ip_layer.ts";
import { networkPacket } from "./link_layer.ts";

/** An end of a TCP connection. */
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

const TCP_HEADER_BYTES = 20;

/**
 * Finds the TCP segment in a packet.
 *
 * @param linkType As capture files number them.
 */
export function tcpSegment(
  linkType: number,
  packet: Uint8Array,
): Decoded<TcpSegment> {
  const network = networkPacket(linkType, packet);
  if (network.kind === "skipped") return network;
  const ip = ipPacket(network.value);
  if (ip.kind === "skipped") return ip;
  const { source, destination, payload, cut } = ip.value;
  if (payload.length < TCP_HEADER_BYTES) return skipped(TOO_SHORT);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const headerBytes = (view.getUint8(12) >> 4) * 4;
  if (headerBytes < TCP_HEADER_BYTES || headerBytes > payload.length) {
    return skipped(TOO_SHORT);
  }
  return found({
    source: { address: source, port: view.getUint16(0) },
    destination: { address: destination, port: view.getUint16(2) },
    seq: view.getUint32(4),
    ack: view.getUint32(8),
    flags: view.getUint8(13),
    payload: payload.subarray(headerBytes),
    cut,
  });
}
