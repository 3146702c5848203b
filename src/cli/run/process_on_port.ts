/**
 * The process that listens on a port, by Linux' /proc.
 *
 * @module
 */

/** A process. */
export interface Process {
  readonly pid: number;
  /** Name of its program. */
  readonly name: string;
  /** Whether it is passthru, as far as its command line says. */
  readonly isPassthru: boolean;
}

/** The program, when it runs from its sources. */
const MAIN = decodeURIComponent(
  new URL("../../../main.ts", import.meta.url).pathname,
);
/** State of a listening socket in /proc/net/tcp. */
const LISTENING = "0A";
/** Permissions without which the runtime does not let /proc be read. */
const ALL = ["read", "write", "net", "env", "run", "sys", "ffi"] as const;

/**
 * Finds who listens on a TCP port.
 *
 * @returns `null`: nobody that can be seen: this is not Linux, Deno permits less
 * than all, or the process is another user's.
 */
export async function processOnPort(port: number): Promise<Process | null> {
  if (Deno.build.os !== "linux" || !mayReadProc()) return null;
  try {
    const sockets = new Set([
      ...socketsOn(port, await Deno.readTextFile("/proc/net/tcp")),
      ...socketsOn(port, await Deno.readTextFile("/proc/net/tcp6")),
    ]);
    for await (const { name } of Deno.readDir("/proc")) {
      if (/^\d+$/.test(name) && await hasSocket(name, sockets)) {
        return await processOf(name);
      }
    }
  } catch {
    // It has ended meanwhile, or there is no such file here.
  }
  return null;
}

function mayReadProc(): boolean {
  return ALL.every((name) =>
    Deno.permissions.querySync({ name }).state === "granted"
  );
}

/** Links of the sockets that listen on a port, from a table of the kernel's. */
function socketsOn(port: number, table: string): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return table.split("\n").slice(1).flatMap((line) => {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === LISTENING && local!.endsWith(`:${hex}`)
      ? [`socket:[${inode}]`]
      : [];
  });
}

async function hasSocket(
  pid: string,
  sockets: ReadonlySet<string>,
): Promise<boolean> {
  try {
    for await (const { name } of Deno.readDir(`/proc/${pid}/fd`)) {
      const link = await Deno.readLink(`/proc/${pid}/fd/${name}`)
        .catch(() => "");
      if (sockets.has(link)) return true;
    }
  } catch {
    // It is another user's.
  }
  return false;
}

async function processOf(pid: string): Promise<Process> {
  const name = (await Deno.readTextFile(`/proc/${pid}/comm`)).trim();
  const line = await Deno.readTextFile(`/proc/${pid}/cmdline`);
  const isPassthru = line.split("\0")
    .some((word) => word === MAIN || /(?:^|\/)passthru$/.test(word));
  return { pid: Number(pid), name, isPassthru };
}
