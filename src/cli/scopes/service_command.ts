/**
 * The command line of a service.
 *
 * @module
 */
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
  const program = shellQuote(Deno.execPath());
  if (sources === null) return [program, ...own];
  return [
    program,
    "run",
    "--no-prompt",
    // Without it, a worker that imports a package makes the runtime fetch it.
    "--cached-only",
    ...scopeFlags(withService(needed)),
    shellQuote(`${sources}/main.ts`),
    ...own,
  ];
}

function withService(needed: Scopes): Scopes {
  const notify = notifyScopes(RUNTIME_PATH);
  return {
    ...needed,
    net: [...needed.net, ...notify.net],
    read: [...needed.read, ...notify.read],
    write: [...needed.write ?? [], ...notify.write],
    env: [JOURNAL_STREAM, ...notify.env],
  };
}
