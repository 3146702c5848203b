/** Free ports that must be known before anything is bound. */

/** First and last port to choose from: below those that the system gives out. */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;
/** Where a file for each port that was given out lately lies. */
const FOLDER = "/tmp/passthru_test_ports";
/** How long nobody else is given a port. */
const RESERVED_MS = 300_000;

/**
 * Ports that are free on all addresses of this machine, all different. Unlike
 * one that was bound as 0 and given back, none is given out by the system to
 * somebody else in the meantime.
 */
export function freePorts(count: number): number[] {
  const ports = new Set<number>();
  const used = usedPorts();
  while (ports.size < count) {
    const span = LAST_PORT - FIRST_PORT + 1;
    const port = FIRST_PORT + Math.floor(Math.random() * span);
    if (!used.has(port) && isReserved(port)) ports.add(port);
  }
  return [...ports];
}

/**
 * Reserves a port among all test processes: what is free now is bound some time
 * later, and another test must not be given it meanwhile.
 */
function isReserved(port: number): boolean {
  const path = `${FOLDER}/${port}`;
  Deno.mkdirSync(FOLDER, { recursive: true });
  try {
    const { mtime } = Deno.statSync(path);
    if (Date.now() - mtime!.getTime() > RESERVED_MS) Deno.removeSync(path);
  } catch {
    // Nobody has it, or somebody was faster.
  }
  try {
    Deno.writeTextFileSync(path, "", { createNew: true });
    return true;
  } catch {
    return false;
  }
}

/**
 * The local ports of all sockets. Read instead of tried: a listener that is closed
 * again is still connected to while another test starts a program (`closeListener`).
 */
function usedPorts(): Set<number> {
  const ports = new Set<number>();
  for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
    const lines = Deno.readTextFileSync(`/proc/net/${table}`).split("\n");
    for (const line of lines.slice(1)) {
      const port = line.trim().split(/\s+/)[1]?.split(":")[1];
      if (port !== undefined) ports.add(parseInt(port, 16));
    }
  }
  return ports;
}
