/**
 * `--watch`: the files that a config is made of.
 *
 * @module
 */
import type { Plan } from "../../config/plan.ts";
import { tokenPath } from "../admin_token.ts";
import { UsageError } from "../command.ts";
import { type ConfigPlaces, NO_PLACES } from "../config_places.ts";
import { filePath } from "../permissions.ts";
import { FileWatch, type Watched } from "./file_watch.ts";

/** Watches a config file, and what the config that is served names. */
export class ConfigWatch {
  readonly #file: string;
  readonly #watch: FileWatch;
  #plan: () => Plan | null = () => null;
  #places = NO_PLACES;

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
   * Watches also files that the config names, which are about to be read.
   * Resolves when it is known how they are.
   */
  readonly reading = async (places: ConfigPlaces): Promise<void> => {
    this.#places = places;
    await this.#watch.look();
  };

  /**
   * Watches also what a Plan names. Resolves when it is known how that is now.
   *
   * @param plan The one that is served now.
   */
  async follow(plan: () => Plan): Promise<void> {
    this.#plan = plan;
    await this.#watch.look();
  }

  /** Stops. Idempotent. */
  stop(): void {
    this.#watch.stop();
  }

  #files(): Watched[] {
    const plan = this.#plan();
    const { files, patterns } = this.#places;
    const token = plan?.admin ? tokenPath(plan.admin, this.#file) : null;
    return [
      this.#file,
      ...(plan?.modules ?? []).map(({ url }) => filePath(new URL(url))),
      ...(token === null ? [] : [token]),
      ...files,
      ...patterns,
    ];
  }
}
