/**
 * The samples of a detector.
 *
 * @module
 */
import type { Facts } from "../detect/detector.ts";

/** The start of a connection. */
export interface Sample {
  /** What it is, for the names of the tests. */
  readonly name: string;
  /** What the client sends. */
  readonly bytes: Uint8Array;
}

/** A sample that matches. */
export interface PositiveSample extends Sample {
  /** All that must be learnt from it. */
  readonly facts: Facts;
}

/** A sample of the protocol, but broken. */
export interface MalformedSample extends Sample {
  /** What the verdict must say. */
  readonly why: string;
}

/** The samples of a detector. */
export interface DetectorSamples {
  /** Samples of the protocol. */
  readonly positive: readonly PositiveSample[];
  /** Samples of other protocols, or of none. */
  readonly negative: readonly Sample[];
  /** Samples of the protocol, but broken. Default: none. */
  readonly malformed?: readonly MalformedSample[];
  /**
   * Whether they are only some, which need not give every fact that the
   * detector's docs describe. Default: `false`.
   */
  readonly partial?: boolean;
}
