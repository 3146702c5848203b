/**
 * The command line of a service.
 *
 * @module
 */
import type { Plan } from "../../config/plan.ts";
import { isLoopbackHost, reachableHost } from "../admin_place.ts";
import { tokenPath } from "../admin_token.ts";
import type { Isolation } from "../isolation.ts";
import { JOURNAL_STREAM } from "../journal.ts";
import { notifyScopes } from "../notify_socket.ts";
import { scopeFlags, type Scopes, shellQuote } from "../permissions.ts";

/** The folder that the unit has below `/run`, and its path. */
export const RUNTIME_FOLDER = "passthru";
const RUNTIME_PATH = `/run/${RUNTIME_FOLDER}`;

/** What a service runs. */
export interface ServiceOptions {
  /** The config, absolute. */
  readonly file: string;
  readonly isolation: Isolation;
  /** The folder of main.ts; `null`: it is in the executable. */
  readonly sources: string | null;
}

/**
 * The command line that serves a config with no more than these permissions, and
 * those that it takes to tell systemd how it is and to write to its journal.
 *
 * @returns Its words, each quoted for a shell.
 */
export function serviceCommand(
  needed: Scopes,
  { file, isolation, sources }: ServiceOptions,
): string[] {
  const own = ["-c", shellQuote(file)];
  if (isolation === "none") own.push("--isolation", "none");
  return programLine(scopeFlags(withService(needed)), own, sources);
}

/**
 * The command line that has the one that serves a Plan reload, and waits for what
 * comes of it.
 *
 * @returns Its words, each quoted for a shell; `null`: there is no admin server
 * whose address is known and that lets this machine in.
 */
export function reloadCommand(
  { admin }: Plan,
  { file, sources }: Pick<ServiceOptions, "file" | "sources">,
): string[] | null {
  if (admin === undefined || admin.listen.port === 0) return null;
  const host = reachableHost(admin.listen);
  const own = ["reload", "--admin", shellQuote(host)];
  const net = [host];
  // The same machine is one to the server only when it comes over loopback.
  if (isLoopbackHost(host)) {
    return programLine(scopeFlags({ net }), own, sources);
  }
  const token = tokenPath(admin, file);
  if (token === null) return null;
  own.push("--token-file", shellQuote(token));
  return programLine(scopeFlags({ net, read: [token] }), own, sources);
}

/**
 * A command line of passthru.
 *
 * @param flags Of the runtime.
 * @param own Its own words.
 */
export function programLine(
  flags: readonly string[],
  own: readonly string[],
  sources: string | null,
): string[] {
  const program = shellQuote(Deno.execPath());
  if (sources === null) return [program, ...own];
  return [
    program,
    "run",
    "--no-prompt",
    // Without it, a worker that imports a package makes the runtime fetch it.
    "--cached-only",
    ...flags,
    shellQuote(`${sources}/main.ts`),
    ...own,
  ];
}

/**
 * The permissions of a service.
 *
 * @param folder The one that the unit has below `/run`.
 */
export function withService(
  needed: Scopes,
  folder = RUNTIME_PATH,
): Scopes {
  const notify = notifyScopes(folder);
  return {
    ...needed,
    net: [...needed.net, ...notify.net],
    read: [...needed.read, ...notify.read],
    write: [...needed.write ?? [], ...notify.write],
    env: [JOURNAL_STREAM, ...notify.env],
  };
}
