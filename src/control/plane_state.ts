/**
 * What is told of a data plane.
 *
 * @module
 */

/** A data plane of a generation. */
export interface PlaneState {
  /** The number of its generation. */
  readonly generation: number;
  /** Which of the generation's it is, from 0. */
  readonly worker: number;
  readonly state: "starting" | "serving" | "draining";
  /** Connections that are open. */
  readonly connections: number;
}
