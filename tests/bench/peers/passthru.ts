/** passthru itself, run the way users run it. */
import { PASSTHRU, ROOT } from "../../support/process.ts";
import type { Peer, Setup } from "./peer.ts";

/** What passthru is called. */
export const PASSTHRU_NAME = "passthru";
/** What another checkout of it is called. */
export const BASELINE_NAME = "baseline";

/** Whether a program is passthru, of whichever checkout. */
export function isPassthru({ name }: Pick<Peer, "name">): boolean {
  return name === PASSTHRU_NAME || name === BASELINE_NAME;
}

/** How passthru is run. */
export interface PassthruOptions {
  /** What it is called. Default: `passthru`. */
  readonly name?: string;
  /** Folder of the checkout, ending in `/`. Default: this one. */
  readonly root?: string;
  /** Whether the admin server runs, and what it shows is counted. */
  readonly admin?: boolean;
  /** Whether every connection is logged as JSON, to where it costs no reader. */
  readonly log?: boolean;
}

/** passthru of a checkout. */
export function passthru(options: PassthruOptions = {}): Peer {
  const { name = PASSTHRU_NAME, root = ROOT, admin, log } = options;
  const command = (file: string, { workers }: Setup) => [
    Deno.execPath(),
    ...PASSTHRU.map((argument) => argument.replace(ROOT, root)),
    ...["-c", file, "-w", `${workers}`],
    ...(log ? ["--log-format", "json"] : ["--log-level", "error"]),
  ];
  return {
    name,
    program: "deno",
    versionArgs: ["--version"],
    sources: root,
    config: (setup) => config(setup, admin),
    command: (file, setup) =>
      log
        ? ["sh", "-c", 'exec "$@" 2>/dev/null', "sh", ...command(file, setup)]
        : command(file, setup),
  };
}

function config(
  { port, tlsHosts, tls, http, rest }: Setup,
  admin = false,
): string {
  const to = (target: number) => ({
    action: "FORWARD",
    to_addr: `127.0.0.1:${target}`,
  });
  const rules = tlsHosts.map((host) => [`SNI ${host}`, to(tls)]);
  const config = {
    version: "v1.0.0",
    ...(admin ? { admin: { listen: "127.0.0.1:0" } } : {}),
    servers: {
      [`127.0.0.1:${port}`]: {
        TLS: Object.fromEntries(rules),
        HTTP: { CATCHALL: to(http) },
        CATCHALL: { CATCHALL: to(rest) },
      },
    },
  };
  return JSON.stringify(config, null, 2);
}
