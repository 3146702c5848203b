/**
 * A connection as `explain` is given it: what the client sent, and how it ended.
 *
 * @module
 */
import { PassthruError } from "../errors.ts";

/**
 * How the client's side ended: in order, by a reset, or not as far as is known;
 * the data plane would then wait until the detection timeout.
 */
export type FlowEnd = "eof" | "reset" | "open";

/** The client's side of one connection, or of one flow of datagrams. */
export interface Flow {
  /** What messages and records call it. */
  readonly id: string;
  /** `tcp` or `udp`; nothing else is explained. */
  readonly transport: string;
  /** Address and port of the client, where they are known. */
  readonly client?: string;
  /** Address and port of the server, where they are known. */
  readonly server?: string;
  /** IP address of the client, where it is known. */
  readonly from?: string;
  /** When it began, in milliseconds since the epoch, where that is known. */
  readonly acceptedAt?: number;
  /** What the client sent, in order, cut as it came; of UDP each a datagram. */
  readonly segments: readonly Uint8Array[];
  /** How the client's side ended. */
  readonly end: FlowEnd;
  /** What is odd about it, for people. */
  readonly notes: readonly string[];
}

/**
 * The error for an input that is broken.
 *
 * @param place Where: `capture.pcap: packet 3 (byte 190)`.
 */
export function inputError(place: string, problem: string): PassthruError {
  return new PassthruError(`${place}: ${problem}`, {
    code: "bad_input",
    source: "client",
  });
}
