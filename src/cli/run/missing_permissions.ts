/**
 * What is said when a config needs more than the process is permitted.
 *
 * @module
 */
import { PassthruError } from "../../errors.ts";
import { scopeFlags, type Scopes, shellQuote } from "../permissions.ts";

/** How the process stands. */
export interface PermissionContext {
  /** The config as given to `-c`. */
  readonly file: string;
  /** Whether an older config is served already. */
  readonly running: boolean;
  /** Whether it is the executable. Default: what it is. */
  readonly standalone?: boolean;
}

/** The error that names what is missing, and says what to change where. */
export function missingPermissions(
  missing: Scopes,
  { file, running, standalone = Deno.build.standalone }: PermissionContext,
): PassthruError {
  const flags = scopeFlags(missing).join(" ");
  if (standalone) return notBuiltIn(missing);
  const scopes = `passthru scopes -c ${
    file === "-" ? "FILE" : shellQuote(file)
  }`;
  const message = running
    ? `Missing permissions: ${flags}. A process cannot be given more while it runs: ` +
      `start it again with the flags that "${scopes}" prints. ` +
      `Under systemd write its unit ("systemctl status ${Deno.pid}" names it) again with "${scopes} --systemd", ` +
      'then "systemctl daemon-reload" and "systemctl restart"'
    : `Missing permissions: run with ${flags} too ("passthru scopes" prints all that a config needs)`;
  return new PassthruError(message, {
    code: "missing_permissions",
    source: "config",
  });
}

/** The error of the executable, which no flag gives more. */
export function notBuiltIn(missing: Scopes): PassthruError {
  const flags = scopeFlags(missing).join(" ");
  return new PassthruError(
    `Missing permissions: ${flags}. The permissions of this executable were fixed when it was compiled ("deno task compile"): run passthru from its sources with these flags`,
    { code: "missing_permissions", source: "config" },
  );
}
