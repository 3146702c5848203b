/** What came of the last run of the peers, as it is kept. */
import type { PeerScore } from "./score.ts";

/** A run of all peers. */
export interface Results {
  /** The day: `2026-11-28`. */
  readonly date: string;
  readonly peers: readonly PeerScore[];
}

/** Where they are kept. */
export const RESULTS = new URL("results.json", import.meta.url);
/** Where the picture of them is kept. */
export const PICTURE = new URL("../peers.svg", import.meta.url);

/** The results that are kept. */
export function keptResults(): Results {
  return JSON.parse(Deno.readTextFileSync(RESULTS));
}

/** All fair flows of what a peer claims, and those that it named so. */
export function totalRecall({ recall }: PeerScore) {
  const shares = Object.values(recall);
  return {
    part: shares.reduce((sum, { part }) => sum + part, 0),
    whole: shares.reduce((sum, { whole }) => sum + whole, 0),
  };
}
