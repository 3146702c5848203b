/**
 * A hardened systemd unit for a config.
 *
 * @module
 */
import type { Plan } from "../../config/plan.ts";
import { isUnix } from "../../config/unix_address.ts";
import { RUNTIME_FOLDER } from "./service_command.ts";

/** Ports below this need a capability. */
const FIRST_FREE_PORT = 1024;
/** What systemd waits beyond the drain before it kills, in seconds. */
const STOP_GRACE_SECONDS = 5;

/** What takes from a service all that passthru does not need. */
export const HARDENING = `NoNewPrivileges=yes
LockPersonality=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=read-only
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service @pkey
UMask=0077`;

/** What a unit runs. */
export interface UnitCommands {
  /** The command line that serves, its words quoted. */
  readonly command: readonly string[];
  /**
   * The command line that reloads and waits for what comes of it; `null`: nobody
   * can be asked for that, so a signal is sent.
   */
  readonly reload: readonly string[] | null;
  /** Where the sources are; `null`: they are in the executable. */
  readonly sources: string | null;
}

/**
 * The text of a unit that runs a command line.
 *
 * A unit of the sources first brings the packages into a cache of its own, since
 * the user that it runs as has none; when they are there already, that may fail.
 *
 * `MemoryDenyWriteExecute` is not in it: the runtime compiles at run time.
 *
 * @param plan What it is to serve.
 */
export function systemdUnit(
  { command, reload, sources }: UnitCommands,
  plan: Plan,
): string {
  const stopSeconds = Math.ceil(plan.drainTimeoutMs / 1_000) +
    STOP_GRACE_SECONDS;
  const low = [
    ...plan.listeners.map(({ address }) => address),
    ...(plan.admin === undefined ? [] : [plan.admin.listen]),
  ].some((address) =>
    !isUnix(address) && address.port > 0 && address.port < FIRST_FREE_PORT
  );
  const capability = low ? "CAP_NET_BIND_SERVICE" : "";
  return `[Unit]
Description=passthru, one port for many services
After=network-online.target
Wants=network-online.target

[Service]
Type=notify
${sources === null ? "" : prepare(command[0]!, sources)}ExecStart=${
    command.map(escapeSpecifiers).join(" ")
  }
ExecReload=${
    reload?.map(escapeSpecifiers).join(" ") ?? "/bin/kill -HUP $MAINPID"
  }
Restart=on-failure
# A restart does not help against an invalid command line or config.
RestartPreventExitStatus=2 78
TimeoutStopSec=${stopSeconds}
LimitNOFILE=1048576

DynamicUser=yes
AmbientCapabilities=${capability}
CapabilityBoundingSet=${capability}
${HARDENING}
${folders(plan)}

# The runtime keeps its packages and caches here.
CacheDirectory=passthru
Environment=DENO_DIR=/var/cache/passthru DENO_NO_UPDATE_CHECK=1

[Install]
WantedBy=multi-user.target
`;
}

/** The lines that bring the packages of the sources into the cache. */
export function prepare(deno: string, sources: string): string {
  return `WorkingDirectory=${escapeSpecifiers(sources)}
ExecStartPre=-${escapeSpecifiers(deno)} ci --prod
`;
}

/**
 * The lines that give the unit a folder of its own right below `/run`, and let it
 * make its Unix sockets: in such a folder, or in one that is there already.
 */
function folders({ listeners }: Plan): string {
  const own = new Set([RUNTIME_FOLDER]);
  const others = new Set<string>();
  for (const { address } of listeners) {
    if (!isUnix(address)) continue;
    const { path } = address;
    const folder = path.slice(0, path.lastIndexOf("/")) || "/";
    const name = /^\/run\/([^/\s]+)$/.exec(folder)?.[1];
    if (name === undefined) others.add(folder);
    else own.add(name);
  }
  return [
    ...[...own].map((name) => `RuntimeDirectory=${escapeSpecifiers(name)}`),
    ...[...others].map((path) => `ReadWritePaths="${escapeSpecifiers(path)}"`),
  ].join("\n");
}

/** A word in which systemd sees no specifier and no variable. */
export function escapeSpecifiers(word: string): string {
  return word.replaceAll("%", "%%").replaceAll("$", "$$$$");
}
