/**
 * The config that includes the routes of containers: what it lets them have, and
 * whether it is good with them.
 *
 * @module
 */
import { RouteJudge } from "../../config/include/judge.ts";
import {
  type Attempt,
  ConfigDocuments,
  loadDocuments,
  type LoadResult,
  refuseFiles,
} from "../../config/load.ts";
import { RoutePicker } from "../../containers/route_picker.ts";
import { BUILTINS } from "../../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../../detect/datagram_builtins.ts";
import { Registry } from "../../detect/registry.ts";
import { errorText } from "../../errors.ts";
import { failedExpectations } from "../../explain/expectations.ts";
import {
  type ConfigPlaces,
  type FilePattern,
  NO_PLACES,
} from "../config_places.ts";
import { readFiles } from "../config_files.ts";
import { openModules } from "../detector_modules.ts";
import { readPermitted } from "../read_permitted.ts";
import { entryFor, routeJudge } from "./route_judge.ts";

/** An error of the config with the routes in it. */
export interface RoutesError {
  /** With its place. */
  readonly message: string;
  /** The line of the file with the routes, from 1; `null`: it is elsewhere. */
  readonly line: number | null;
}

/** Reads a config for one of the files that it includes. */
export class RouteConfig {
  readonly #config: string;
  readonly #out: string;
  #texts: string | null = null;
  #places: ConfigPlaces = NO_PLACES;
  #picker: RoutePicker | null = null;
  /** The texts with which the config was good. */
  #served: ReadonlyMap<string, string> = new Map();

  /**
   * @param config The config as given to `-c`.
   * @param out The file with the routes.
   */
  constructor(config: string, out: string) {
    this.#config = config;
    this.#out = out;
  }

  /** The files that the config was made of when it was read last. */
  get files(): readonly (string | FilePattern)[] {
    const { files, patterns } = this.#places;
    return [this.#config, ...files, ...patterns];
  }

  /**
   * What the config lets containers have now.
   *
   * @returns In words, why it cannot be used: lines for people.
   * @throws {PassthruError} `missing_permissions`: Deno does not permit it.
   */
  async picker(): Promise<RoutePicker | string> {
    const documents = await this.#read();
    if (typeof documents === "string") return documents;
    const texts = documents.sources.files
      .map(({ file, text }) => JSON.stringify([file, text])).join("\n");
    if (this.#picker !== null && texts === this.#texts) return this.#picker;
    const judge = await routeJudge(documents, {
      config: this.#config,
      out: this.#out,
      served: this.#served,
    });
    this.#picker = judge instanceof RouteJudge ? new RoutePicker(judge) : null;
    this.#texts = texts;
    return this.#picker ?? judge as string;
  }

  /**
   * Loads the config with a file of routes, as it is before it is written.
   *
   * @returns All errors; none: it can be served.
   */
  async errorsWith(text: string): Promise<RoutesError[]> {
    const documents = await this.#read();
    if (typeof documents === "string") {
      return [{ message: documents, line: null }];
    }
    const entry = entryFor(this.#out, documents, this.#config);
    if (entry === undefined) {
      const message = `Config "${this.#config}" does not include the file`;
      return [{ message, line: null }];
    }
    const bytes = new TextEncoder().encode(text);
    documents.add(entry, [{ file: this.#out, bytes }]);
    const registry = new Registry([...BUILTINS, ...DATAGRAM_BUILTINS]);
    using opened = await openModules(documents);
    const { attempt: { source, errors, documents: used } } = await refuseFiles(
      documents,
      {
        attempt: (some) =>
          attemptOf(some, loadDocuments(some, registry, opened)),
        keep: this.#out,
        served: this.#served,
      },
    );
    if (errors.length === 0) this.#served = textsOf(used);
    const own = used.all.find(({ source }) => source.file === this.#out);
    return errors
      .map(({ message, span }) => {
        const isOwn = used.at(span.offset) === own;
        return {
          message: `${source.place(span.offset)}: ${message}`,
          line: isOwn ? source.position(span.offset).line : null,
        };
      });
  }

  async #read(): Promise<ConfigDocuments | string> {
    const bytes = await readPermitted(this.#config);
    if (bytes instanceof Error) {
      return `Cannot read config "${this.#config}": ${errorText(bytes)}`;
    }
    const documents = new ConfigDocuments(this.#config, bytes);
    this.#places = await readFiles(documents, this.#config, {
      except: this.#out,
    });
    return documents;
  }
}

function attemptOf(documents: ConfigDocuments, loaded: LoadResult): Attempt {
  const errors = [...loaded.diagnostics, ...failedExpectations(loaded)]
    .filter(({ severity }) => severity === "error");
  return { documents, source: loaded.source, errors };
}

/** The files with bounds, which may be refused later. */
function textsOf({ refusables }: ConfigDocuments): Map<string, string> {
  return new Map(refusables.map(({ source: { file, text } }) => [file, text]));
}
