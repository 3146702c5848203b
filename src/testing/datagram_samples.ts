/**
 * The samples of a detector for datagrams.
 *
 * @module
 */
import type { Datagrams, Facts } from "../detect/detector.ts";

/** The start of a flow. */
export interface DatagramSample {
  /** What it is, for the names of the tests. */
  readonly name: string;
  /** What the client sends, in order of arrival. Not empty. */
  readonly datagrams: Datagrams;
}

/** A sample that matches. */
export interface PositiveDatagramSample extends DatagramSample {
  /** All that must be learnt from it. */
  readonly facts: Facts;
  /** What rules test, as `DetectState.needs`. Default: not said. */
  readonly needs?: readonly string[];
}

/** A sample of the protocol, but broken. */
export interface MalformedDatagramSample extends DatagramSample {
  /** What the verdict must say. */
  readonly why: string;
}

/** The samples of a detector for datagrams. */
export interface DatagramSamples {
  /** Samples of the protocol. */
  readonly positive: readonly PositiveDatagramSample[];
  /** Samples of other protocols, or of none. */
  readonly negative: readonly DatagramSample[];
  /** Samples of the protocol, but broken. Default: none. */
  readonly malformed?: readonly MalformedDatagramSample[];
}
