/**
 * All built-in detectors: for TCP, and for datagrams.
 *
 * @module
 */
import { BUILTINS } from "./builtins.ts";
import { DATAGRAM_BUILTINS } from "./datagram_builtins.ts";
import type { DatagramDetector, Detector } from "./detector.ts";

/** Those for TCP first. */
export const ALL_BUILTINS: readonly (Detector | DatagramDetector)[] = [
  ...BUILTINS,
  ...DATAGRAM_BUILTINS,
];
