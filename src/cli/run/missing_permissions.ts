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
}

/** The error that names what is missing, and says what to change where. */
export function missingPermissions(
  missing: Scopes,
  { file, running }: PermissionContext,
): PassthruError {
  const flags = scopeFlags(missing).join(" ");
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
