/**
 * A hardened systemd unit for `passthru docker`.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import { scopeFlags, type Scopes, shellQuote } from "../permissions.ts";
import { programLine, withService } from "../scopes/service_command.ts";
import { escapeSpecifiers, HARDENING, prepare } from "../scopes/systemd.ts";
import type { DockerOptions } from "./docker_options.ts";

/** The folder that the unit has below `/run`. */
const FOLDER = "passthru-docker";
const RUNTIME_PATH = `/run/${FOLDER}`;

/** What the unit depends on. */
export interface DockerUnitOptions extends DockerOptions {
  /** The permissions that it takes. */
  readonly needed: Scopes;
  /** The folder of main.ts; `null`: it is in the executable. */
  readonly sources: string | null;
}

/**
 * The text of a unit. Its user is in the group `docker`, which may use Docker's
 * socket.
 */
export function dockerUnit(
  { config, out, socket, needed, sources }: DockerUnitOptions,
): string {
  const own = [
    ...["docker", "-c", shellQuote(resolve(config))],
    ...["--out", shellQuote(resolve(out)), "--socket", shellQuote(socket)],
  ];
  const command = programLine(
    scopeFlags(withService(needed, RUNTIME_PATH)),
    own,
    sources,
  );
  const folder = dirname(resolve(out));
  const writes = folder === RUNTIME_PATH
    ? ""
    : `ReadWritePaths="${escapeSpecifiers(folder)}"\n`;
  return `[Unit]
Description=passthru docker, routes from the labels of containers
After=docker.service passthru.service

[Service]
Type=notify
${sources === null ? "" : prepare(command[0]!, sources)}ExecStart=${
    command.map(escapeSpecifiers).join(" ")
  }
ExecReload=/bin/kill -HUP $MAINPID
Restart=on-failure
# A restart does not help against an invalid command line or config.
RestartPreventExitStatus=2 78

DynamicUser=yes
# The group that may use the socket of the engine.
SupplementaryGroups=docker
CapabilityBoundingSet=
${HARDENING}
RuntimeDirectory=${FOLDER}
# The file stays when the service stops: passthru still serves its routes.
RuntimeDirectoryPreserve=yes
${writes}
# The runtime keeps its packages and caches here.
CacheDirectory=${FOLDER}
Environment=DENO_DIR=/var/cache/${FOLDER} DENO_NO_UPDATE_CHECK=1

[Install]
WantedBy=multi-user.target
`;
}

/** What the user of the unit cannot do, in words. */
export function unitWarnings({ out }: DockerOptions): string[] {
  return dirname(resolve(out)) === RUNTIME_PATH ? [] : [
    `The unit's user may not be allowed to write to "${
      dirname(resolve(out))
    }": use a file in "${RUNTIME_PATH}", which the unit creates`,
  ];
}
