/** Where and with what a bench was run. */
import type { Peer } from "./peers/peer.ts";
import type { Processes } from "./processes.ts";

/** What figures depend on beside the programs' own work. */
export interface Machine {
  /** When it began (ISO 8601). */
  readonly when: string;
  readonly cores: number;
  readonly cpu: string;
  readonly kernel: string;
  /** Load averages over one minute. */
  readonly load: { readonly before: number; readonly after: number };
  /** What each program says about its version. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Describes the machine; `after` is filled in by {@linkcode atTheEnd}. */
export async function describeMachine(
  processes: Processes,
  programs: readonly Peer[],
): Promise<Machine> {
  const versions: Record<string, string> = {};
  for (const { name, program, versionArgs } of programs) {
    // Some say it on standard output, some on standard error.
    const text = await processes.run([
      "sh",
      "-c",
      '"$@" 2>&1 || true',
      "sh",
      program,
      ...versionArgs,
    ]);
    versions[name] = text.split("\n")[0]!.trim();
  }
  const cpu = await Deno.readTextFile("/proc/cpuinfo");
  const load = Deno.loadavg()[0];
  return {
    when: new Date().toISOString(),
    cores: navigator.hardwareConcurrency,
    cpu: /^model name\s*: (.*)$/m.exec(cpu)?.[1] ?? "unknown",
    kernel: Deno.osRelease(),
    load: { before: load!, after: load! },
    versions,
  };
}

/** The description with the load as it is now. */
export function atTheEnd(machine: Machine): Machine {
  const { before } = machine.load;
  return { ...machine, load: { before, after: Deno.loadavg()[0]! } };
}
