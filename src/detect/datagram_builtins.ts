/**
 * The detectors for datagrams that come with passthru. What each takes and
 * refuses, by which bytes and by whose papers, stands in its `docs`.
 *
 * @module
 */
import { gquic } from "./datagrams/gquic.ts";
import { quic } from "./datagrams/quic.ts";
import type { DatagramDetector } from "./detector.ts";

/** Every built-in detector for datagrams, the most common protocol first. */
export const DATAGRAM_BUILTINS: readonly DatagramDetector[] = [
  quic,
  gquic,
];
