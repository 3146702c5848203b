/**
 * From containers to the file that the config includes, and to a reload.
 *
 * @module
 */
import { delay } from "@std/async/delay";
import type { Container } from "../../containers/container.ts";
import {
  type IncludeText,
  includeText,
} from "../../containers/include_text.ts";
import {
  settle,
  type Settled,
  type SettledRoute,
} from "../../containers/settle.ts";
import type { Refusal } from "../../containers/wanted_route.ts";
import { errorText } from "../../errors.ts";
import type { Logger } from "../../observe/log.ts";
import { Pace } from "./pace.ts";
import { readOut, replaceOut } from "./out_file.ts";
import { RefusalLog } from "./refusal_log.ts";
import type { Reloader } from "./reloader.ts";
import type { RouteConfig, RoutesError } from "./route_config.ts";

/** How often routes that the config refuses are left out before it is given up. */
const MAX_ATTEMPTS = 3;
/** Most errors of the config that are told at a time. */
const MAX_TOLD = 20;

/** Options of {@linkcode Publisher}. */
export interface PublisherOptions {
  readonly config: RouteConfig;
  /** The file. */
  readonly out: string;
  /** The containers as they are now. */
  readonly containers: () => readonly Container[];
  readonly reloader: Reloader;
  readonly logger: Logger;
}

/** What came of the containers. */
export type Published = "unchanged" | "written" | "failed";

/** Writes the file whenever it would be another one. */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #refusals: RefusalLog;
  #wake: (() => void) | null = null;
  #isAsked = false;
  #askedAt = 0;
  /** Why there was no file the last time. */
  #problem = "";

  /** Writes nothing yet. */
  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#refusals = new RefusalLog(options.logger);
  }

  /** Says that containers may have changed. */
  ask(): void {
    this.#isAsked = true;
    this.#askedAt = performance.now();
    this.#wake?.();
  }

  /** Publishes whenever it is asked to, until it is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    signal.addEventListener("abort", () => this.#wake?.());
    const pace = new Pace();
    while (!signal.aborted) {
      if (!this.#isAsked) {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
        this.#wake = null;
        continue;
      }
      const wait = pace.waitMs(performance.now(), this.#askedAt);
      if (wait > 0) {
        await delay(wait, { signal }).catch(() => {});
        // It may be longer now, if there were changes meanwhile.
        continue;
      }
      this.#isAsked = false;
      const published = await this.publish();
      if (published !== "unchanged") pace.take(performance.now());
    }
  }

  /** Writes the file and asks for a reload, if it would be another one. */
  async publish(): Promise<Published> {
    const begun = performance.now();
    try {
      const settled = await this.#settle();
      if (settled === null) return "failed";
      const before = await readOut(this.#options.out);
      const file = await this.#checked(settled);
      if (file === null) return "failed";
      this.#problem = "";
      const isSame = file.text === before;
      if (isSame && !this.#options.reloader.isOwed) return "unchanged";
      if (!isSame) await this.#write(file, begun);
    } catch (error) {
      this.#tellProblem(errorText(error));
      return "failed";
    }
    return await this.#options.reloader.reload() ? "written" : "failed";
  }

  async #write(file: IncludeText, begun: number): Promise<void> {
    const { out, logger } = this.#options;
    const checked = performance.now();
    await replaceOut(out, file.text);
    logger.log("info", "routes written", {
      file: out,
      containers: file.containers,
      routes: file.lines.size,
      build_ms: Math.round(checked - begun),
      write_ms: Math.round(performance.now() - checked),
    });
  }

  /** @returns `null`: the config cannot be used; that is told. */
  async #settle(): Promise<Settled | null> {
    const { config, containers } = this.#options;
    const picker = await config.picker();
    if (typeof picker !== "string") return settle(containers(), picker);
    this.#tellProblem(picker);
    return null;
  }

  /**
   * The file with which the config can be served: without the routes that it
   * refuses all the same. `null`: there is none, and that is told.
   */
  async #checked({ routes, refusals }: Settled): Promise<IncludeText | null> {
    const { config } = this.#options;
    const refused = [...refusals];
    let left = routes;
    let errors: readonly RoutesError[] = [];
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const file = includeText(left);
      errors = await config.errorsWith(file.text);
      const bad = badRoutes(file, errors);
      const isGood = errors.length === 0;
      if (isGood) addRefusals(file.leftOut, "the file is too long", refused);
      else for (const [route, why] of bad) addRefusals([route], why, refused);
      if (isGood || bad.size === 0) {
        this.#refusals.tell(refused);
        if (isGood) return file;
        break;
      }
      left = left.filter((route) => !bad.has(route));
    }
    const told = errors.slice(0, MAX_TOLD).map(({ message }) => message);
    this.#tellProblem(told.join("\n"));
    return null;
  }

  /** Tells why the file stays as it is, once for each reason. */
  #tellProblem(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    const { logger, out } = this.#options;
    logger.log("error", "routes not written, the last ones stay", {
      file: out,
      error: problem,
    });
  }
}

/** The routes that errors are about, each with the first of them. */
function badRoutes(
  { lines }: IncludeText,
  errors: readonly RoutesError[],
): Map<SettledRoute, string> {
  const bad = new Map<SettledRoute, string>();
  for (const { line, message } of errors) {
    const route = line === null ? undefined : lines.get(line);
    if (route !== undefined && !bad.has(route)) bad.set(route, message);
  }
  return bad;
}

/** Adds that routes are left out, by their oldest containers. */
function addRefusals(
  routes: readonly SettledRoute[],
  reason: string,
  refusals: Refusal[],
): void {
  for (const { targets } of routes) {
    const { container, name } = targets[0]!.wanted;
    refusals.push({ container, route: name, reason });
  }
}
