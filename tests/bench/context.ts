/** What all measures of a bench share. */
import type { BackEnd } from "./back_end.ts";
import type { Peer } from "./peers/peer.ts";
import type { Processes } from "./processes.ts";
import type { Settings } from "./settings.ts";

/** A bench that is set up. */
export interface Bench {
  readonly settings: Settings;
  readonly processes: Processes;
  /** Folder for configs and logs, removed in the end. */
  readonly folder: string;
  readonly backEnd: BackEnd;
  /** passthru first, then the peers that are there. */
  readonly programs: readonly Peer[];
  /** The compiled load tool; `null` when there is no compiler. */
  readonly loadTool: string | null;
  /** Says how far it is. */
  readonly progress: (text: string) => void;
}
