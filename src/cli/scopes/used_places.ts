/**
 * The files and folders that the systemd unit of a config uses.
 *
 * @module
 */
import type { Plan } from "../../config/plan.ts";
import { tokenPath } from "../admin_token.ts";
import { type ConfigPlaces, readScopes } from "../config_places.ts";
import { filePath } from "../permissions.ts";
import type { UsedPlace } from "./unreadable.ts";

/** The name of the unit, as the documentation has it. */
const UNIT = "passthru.service";

/** What is used beside what a Plan names. */
export interface UseContext {
  /** The config, absolute. */
  readonly file: string;
  /** The files that it names, absolute. */
  readonly places: ConfigPlaces;
  /** The folder of main.ts; `null`: it is in the executable. */
  readonly sources: string | null;
}

/** The program, the sources, the config and what it names. */
export function usedPlaces(
  { modules, admin }: Plan,
  { file, places, sources }: UseContext,
): UsedPlace[] {
  const token = admin === undefined ? null : tokenPath(admin, file);
  return [
    {
      what: "the program",
      path: Deno.execPath(),
      use: "run",
      advice: "install it for all users, such as in /usr/local/bin",
    },
    ...(sources === null ? [] : [
      {
        what: "the sources",
        path: `${sources}/main.ts`,
        use: "read",
        advice: "move their folder to a place such as /opt/passthru",
      } as const,
    ]),
    ...(file === "-" ? [] : [
      {
        what: "the config",
        path: file,
        use: "read",
        advice: "move it to a place such as /etc/passthru",
      } as const,
    ]),
    ...readScopes(places).map((path): UsedPlace => ({
      what: "what the config names",
      path,
      use: "read",
      advice: "move it to a place such as /etc/passthru",
    })),
    ...modules.map(({ url }): UsedPlace => ({
      what: "the detector module",
      path: filePath(new URL(url)),
      use: "read",
      advice: "move it to a place such as /etc/passthru",
    })),
    ...(token === null ? [] : [
      {
        what: "the admin token",
        path: token,
        use: "read",
        advice:
          `add LoadCredential=token:${token} to the unit, and name "file:/run/credentials/${UNIT}/token" in the config`,
        secret: true,
      } as const,
    ]),
  ];
}
