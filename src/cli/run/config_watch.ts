/**
 * `--watch`: the files that a config is made of.
 *
 * @module
 */
import type { Plan } from "../../config/plan.ts";
import { tokenPath } from "../admin_token.ts";
import { UsageError } from "../command.ts";
import type { ConfigPlaces } from "../config_places.ts";
import { filePath } from "../permissions.ts";
import { FileWatch, type Watched } from "./file_watch.ts";

/** What is served, and the files that it comes from. */
export interface WatchedConfig {
  readonly plan: Plan;
  readonly places: readonly ConfigPlaces[];
}

/** Watches a config file, and what the config that is served names. */
export class ConfigWatch {
  readonly #file: string;
  readonly #watch: FileWatch;
  #config: WatchedConfig | null = null;

  /**
   * @param file As given to `-c`.
   * @param onChange Hears that something has changed.
   * @throws {UsageError} When there is no file.
   */
  constructor(file: string | undefined, onChange: () => void) {
    if (file === undefined || file === "-") {
      throw new UsageError([
        `Option "--watch" needs a config file: found ${
          file === "-" ? "standard input" : "none"
        }`,
      ]);
    }
    this.#file = file;
    this.#watch = new FileWatch({ files: () => this.#files(), onChange });
  }

  /** Begins with the config file alone. */
  start(): Promise<void> {
    return this.#watch.start();
  }

  /**
   * Watches also what a config names, which is asked for that again and again.
   * Resolves when it is known how that is now.
   */
  async follow(config: WatchedConfig): Promise<void> {
    this.#config = config;
    await this.#watch.look();
  }

  /** Stops. Idempotent. */
  stop(): void {
    this.#watch.stop();
  }

  #files(): Watched[] {
    const { plan, places = [] } = this.#config ?? {};
    const token = plan?.admin ? tokenPath(plan.admin, this.#file) : null;
    return [
      this.#file,
      ...(plan?.modules ?? []).map(({ url }) => filePath(new URL(url))),
      ...(token === null ? [] : [token]),
      ...places.flatMap(({ files, patterns }) => [...files, ...patterns]),
    ];
  }
}
