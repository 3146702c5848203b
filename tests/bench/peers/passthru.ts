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

/**
 * passthru of a checkout.
 *
 * @param name What it is called.
 * @param root Folder of the checkout, ending in `/`.
 */
export function passthru(name = PASSTHRU_NAME, root = ROOT): Peer {
  return {
    name,
    program: "deno",
    versionArgs: ["--version"],
    config,
    command: (file, { workers }) => [
      Deno.execPath(),
      ...PASSTHRU.map((argument) => argument.replace(ROOT, root)),
      ...["-c", file, "-w", `${workers}`, "--log-level", "error"],
    ],
  };
}

function config({ port, tlsHosts, tls, http, rest }: Setup): string {
  const to = (target: number) => ({
    action: "FORWARD",
    to_addr: `127.0.0.1:${target}`,
  });
  const rules = tlsHosts.map((host) => [`SNI ${host}`, to(tls)]);
  const config = {
    version: "v1.0.0",
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
