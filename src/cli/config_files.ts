/**
 * Reads all files that a config is made of, but for the config file itself.
 *
 * @module
 */
import type {
  ConfigDocuments,
  IncludedFile,
  ValueReference,
} from "../config/load.ts";
import { errorCode, PassthruError } from "../errors.ts";
import type { ConfigPlaces } from "./config_places.ts";
import { placeBeside } from "./file_paths.ts";
import { placesOf, readIncluded } from "./included_files.ts";
import { scopeFlags } from "./permissions.ts";
import { absent, readRegular } from "./read_regular.ts";

/** What reading may be told. */
export interface ReadFilesOptions {
  /** A file to include that is passed over, as if it were not there. */
  readonly except?: string;
  /** The texts that are served now, by file. Default: nothing is served. */
  readonly served?: ReadonlyMap<string, string> | undefined;
  /**
   * Hears where the files are before they are read, and then where these and the
   * files of values are. Default: nobody does.
   */
  readonly onPlaces?:
    | ((places: ConfigPlaces) => Promise<void>)
    | null
    | undefined;
}

/**
 * Reads the files that a config names, and gives them to it.
 *
 * @param config The config as given to `-c`, or `<stdin>`.
 * @returns Where they are, those that could not be read, too.
 * @throws {PassthruError} `missing_permissions`: Deno does not permit it.
 */
export async function readFiles(
  documents: ConfigDocuments,
  config: string,
  options: ReadFilesOptions = {},
): Promise<ConfigPlaces> {
  const { onPlaces } = options;
  const included = placesOf(documents.entries, config);
  await onPlaces?.(included);
  const missing = await readIncluded(documents, config, options);
  const values = documents.values();
  const places = {
    ...included,
    files: [...new Set([...included.files, ...values.map(placeOf)])],
  };
  if (values.length > 0) await onPlaces?.(places);
  const read = new Map<string, IncludedFile>();
  for (const value of values) {
    const file = placeOf(value);
    try {
      read.set(file, await readRegular(file) ?? absent(file));
    } catch (error) {
      if (errorCode(error) !== "NOT_CAPABLE") throw error;
      missing.push(file);
    }
  }
  if (missing.length > 0) throw notPermitted(missing, config);
  documents.giveValues((value) => read.get(placeOf(value))!);
  return places;
}

function placeOf({ path, from }: ValueReference): string {
  return placeBeside(path, from);
}

function notPermitted(
  missing: readonly string[],
  config: string,
): PassthruError {
  const read = [...new Set(missing)];
  const flag = scopeFlags({ read }).join("");
  return new PassthruError(
    `Cannot read the files that config "${config}" names: not permitted by the Deno permissions, run with ${flag} too`,
    { code: "missing_permissions", source: "config" },
  );
}
