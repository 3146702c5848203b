/**
 * Notes of what is read, wherever they will stand.
 *
 * @module
 */
import type { Origin } from "../origin.ts";

/** Says something of a place in the original; twice is once. */
export type Say = (origin: Origin, text: string) => void;
