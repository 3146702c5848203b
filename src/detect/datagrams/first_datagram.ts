/**
 * Detectors that decide by the first datagram of a flow.
 *
 * @module
 */
import {
  type DatagramDetector,
  type Detector,
  type DetectState,
  NO,
  type Verdict,
} from "../detector.ts";

const LENGTH_BYTES = 2;

/** What a detector knows of itself, apart from how it decides. */
export type Described = Pick<
  DatagramDetector,
  "name" | "summary" | "rules" | "docs"
>;

/** A detector that looks at the first datagram alone. */
export function firstDatagramDetector(
  described: Described,
  decide: (datagram: Uint8Array, state: DetectState) => Verdict,
): DatagramDetector {
  return {
    ...described,
    transport: "udp",
    maxDatagrams: 1,
    detect: (datagrams, state) => decide(datagrams[0]!, state),
  };
}

/**
 * What the detector of a stream says of bytes that are all there is: what they
 * lack does not come later.
 */
export function decideWhole(
  detector: Detector,
  bytes: Uint8Array,
  state: DetectState,
): Verdict {
  const verdict = detector.detect(bytes, state);
  return verdict.kind === "more" ? NO : verdict;
}

/** A datagram as the protocol sends it over TCP: behind a BE16 length. */
export function withLength(datagram: Uint8Array): Uint8Array {
  const framed = new Uint8Array(LENGTH_BYTES + datagram.length);
  framed[0] = datagram.length >> 8;
  framed[1] = datagram.length;
  framed.set(datagram, LENGTH_BYTES);
  return framed;
}
