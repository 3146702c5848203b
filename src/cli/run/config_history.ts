/**
 * What is remembered of the configs of a process: the one that is served, and how
 * reloads went.
 *
 * @module
 */
import type {
  ConfigNote,
  ConfigText,
  RefusedConfigFile,
  ReloadState,
} from "../../admin/api.ts";
import type { ReloadOutcome } from "../../admin/source.ts";
import { type ConfigPlaces, NO_PLACES } from "../config_places.ts";

/** A config that was read. */
export interface ReadConfig {
  /** Of the config file, comments and all. */
  readonly text: string;
  /** The files that it includes. */
  readonly included: readonly ConfigText[];
  /** Where the files are that it names. */
  readonly places: ConfigPlaces;
  readonly notes: readonly ConfigNote[];
  /** The files of includes with bounds that have errors. */
  readonly refused: readonly RefusedConfigFile[];
}

/** The config that is served. */
export interface ServedConfig extends ReadConfig {
  /** When it was read, in milliseconds since the epoch. */
  readonly loadedAt: number;
}

/** Remembers configs and reloads. */
export class ConfigHistory {
  #served: ServedConfig = {
    text: "",
    included: [],
    places: NO_PLACES,
    notes: [],
    refused: [],
    loadedAt: Date.now(),
  };
  #lastReload: ReloadState | null = null;
  #lastSuccessAt = 0;
  readonly #reloads = { ok: 0, failed: 0 };

  /** The config that is served. */
  get served(): ServedConfig {
    return this.#served;
  }

  /** The texts of the files that are served, by file. */
  get texts(): ReadonlyMap<string, string> {
    return new Map(this.#served.included.map(({ file, text }) => [file, text]));
  }

  /** How the last reload went; `null`: there was none. */
  get lastReload(): ReloadState | null {
    return this.#lastReload;
  }

  /** How many reloads went how. */
  get reloads(): { readonly ok: number; readonly failed: number } {
    return { ...this.#reloads };
  }

  /** When a config was last taken, in milliseconds since the epoch; 0: never. */
  get lastSuccessAt(): number {
    return this.#lastSuccessAt;
  }

  /** A config is served from now on. */
  serving(config: ReadConfig): void {
    this.#lastSuccessAt = Date.now();
    this.#served = { ...config, loadedAt: this.#lastSuccessAt };
  }

  /** A reload has ended. */
  reloaded(
    outcome: ReloadOutcome,
    notes: readonly ConfigNote[],
  ): void {
    const { ok } = outcome;
    this.#reloads[ok ? "ok" : "failed"]++;
    const error = ok ? {} : { error: outcome.error };
    this.#lastReload = { at: Date.now(), ok, ...error, notes };
  }
}
