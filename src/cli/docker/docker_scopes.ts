/**
 * The permissions of `passthru docker`.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { ConfigDocuments } from "../../config/load.ts";
import { UNIX_PREFIX } from "../../config/unix_address.ts";
import { adminOfConfig } from "../admin_of_config.ts";
import { adminPlace, isLoopbackHost } from "../admin_place.ts";
import { readFiles } from "../config_files.ts";
import { NO_PLACES, readScopes } from "../config_places.ts";
import { absolutePlaces } from "../file_paths.ts";
import { type Scopes, sourceFolder } from "../permissions.ts";
import { readPermitted } from "../read_permitted.ts";
import type { DockerOptions } from "./docker_options.ts";

/**
 * The permissions that it takes, and no more: to read the config and what it
 * includes, to write the folder of its file, and to ask the engine and the admin
 * server.
 *
 * @param values Those of the command line.
 * @throws {PassthruError} `missing_permissions`: a file of the config may not be
 * read.
 */
export async function dockerScopes(
  { config, out, socket }: DockerOptions,
  values: ReadonlyMap<string, string>,
): Promise<Scopes> {
  const bytes = await readPermitted(config);
  const documents = bytes instanceof Error
    ? null
    : new ConfigDocuments(config, bytes);
  const places = documents === null
    ? NO_PLACES
    : absolutePlaces(await readFiles(documents, config, { except: out }));
  const folder = dirname(resolve(out));
  const admin = await adminScopes(values);
  const modules = (documents?.modules() ?? []).map(({ path, from }) =>
    resolve(dirname(from), path)
  );
  // The modules of an executable are inside it and need no permission.
  const sources = Deno.build.standalone ? [] : [sourceFolder()];
  return {
    net: [...admin.net, UNIX_PREFIX + socket],
    read: [
      ...new Set([
        resolve(config),
        // The folder of the file has it.
        ...readScopes(places).filter((path) => path !== resolve(out)),
        folder,
        ...admin.read,
        ...modules,
        ...sources,
        socket,
      ]),
    ],
    write: [folder, socket],
  };
}

/** What it takes to ask for a reload: nothing where there is nobody to ask. */
async function adminScopes(
  values: ReadonlyMap<string, string>,
): Promise<Pick<Scopes, "net" | "read">> {
  const place = await adminPlace(values, { token: false });
  if (typeof place === "string") return { net: [], read: [] };
  const given = values.get("token-file");
  if (given !== undefined) return { net: [place.host], read: [resolve(given)] };
  const configured = await adminOfConfig(values.get("config")!);
  // On loopback no token is needed.
  const token = typeof configured === "string" || isLoopbackHost(place.host)
    ? null
    : configured.tokenFile;
  return { net: [place.host], read: token === null ? [] : [resolve(token)] };
}
