/** Where and with what a bench was run. */
import type { Peer } from "./peers/peer.ts";
import type { Processes } from "./processes.ts";
import { othersCpuSeconds } from "./process_tree.ts";
import {
  busyBetween,
  type CpuCounts,
  cpuCounts,
  warnings,
  watchProcessors,
} from "./quiet.ts";

/** What figures depend on beside the programs' own work. */
export interface Machine {
  /** When it began (ISO 8601). */
  readonly when: string;
  readonly cores: number;
  /** The model's name, and what tells models of the same name apart. */
  readonly cpu: string;
  readonly kernel: string;
  /** Load averages over one minute. */
  readonly load: { readonly before: number; readonly after: number };
  /** How much of all processors was used, in percent. */
  readonly busy: Busy;
  /** Why the figures are not to be trusted: one sentence each. */
  readonly warnings: readonly string[];
  /** What each program says about its version. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Shares of all processors, in percent. */
export interface Busy {
  /** By other processes, in the second before the bench starts any. */
  readonly before: number;
  /** By other processes, during the bench. */
  readonly during: number;
  /** Taken away by the host of a virtual machine during the bench. */
  readonly stolen: number;
}

/** The state of the machine before a bench. */
export interface Before {
  readonly when: string;
  readonly load: number;
  readonly busy: number;
  readonly counts: CpuCounts;
  /** Processor time that others had had. */
  readonly othersSeconds: number;
  /** As in {@linkcode Machine}. */
  readonly warnings: readonly string[];
}

/** Looks at the machine for a second: while nothing of the bench runs. */
export async function lookBefore(): Promise<Before> {
  const when = new Date().toISOString();
  const load = Deno.loadavg()[0]!;
  const busy = await watchProcessors();
  const othersSeconds = othersCpuSeconds(Deno.pid);
  return {
    ...{ when, load, busy, othersSeconds },
    counts: await cpuCounts(),
    warnings: warnings({ before: busy, during: 0, stolen: 0 }),
  };
}

/** What each program says about its version. */
export async function versionsOf(
  processes: Processes,
  programs: readonly Peer[],
): Promise<Readonly<Record<string, string>>> {
  const versions: Record<string, string> = {};
  for (const { name, program, versionArgs, sources } of programs) {
    // Some say it on standard output, some on standard error.
    const text = await processes.run([
      "sh",
      "-c",
      '"$@" 2>&1 || true',
      "sh",
      program,
      ...versionArgs,
    ]);
    const version = text.split("\n")[0]!.trim();
    const commit = sources && await commitOf(processes, sources);
    versions[name] = commit ? `commit ${commit}, ${version}` : version;
  }
  return versions;
}

/** The commit of a checkout, and whether it was changed; `null` without git. */
async function commitOf(
  processes: Processes,
  folder: string,
): Promise<string | null> {
  const git = (...args: string[]) =>
    processes.run(["git", "-C", folder, ...args]);
  try {
    const commit = (await git("rev-parse", "--short", "HEAD")).trim();
    const changes = await git("status", "--porcelain", "--", "src", "main.ts");
    return changes === "" ? commit : `${commit} with changes`;
  } catch {
    return null;
  }
}

/** Describes the machine as it was before a bench. */
export async function describeMachine(
  { when, load, busy }: Before,
  versions: Machine["versions"],
): Promise<Machine> {
  const shares = { before: busy, during: 0, stolen: 0 };
  return {
    when,
    cores: navigator.hardwareConcurrency,
    cpu: parseCpuModel(await Deno.readTextFile("/proc/cpuinfo")),
    kernel: Deno.osRelease(),
    load: { before: load, after: load },
    busy: shares,
    warnings: warnings(shares),
    versions,
  };
}

/** Completes the description after a bench. */
export async function lookAfter(
  machine: Machine,
  before: Before,
): Promise<Machine> {
  const { stolen, seconds } = busyBetween(before.counts, await cpuCounts());
  const others = othersCpuSeconds(Deno.pid) - before.othersSeconds;
  const busy = {
    before: before.busy,
    during: Math.max(0, 100 * others / seconds),
    stolen,
  };
  const load = { before: before.load, after: Deno.loadavg()[0]! };
  return { ...machine, load, busy, warnings: warnings(busy) };
}

/** Reads the model from the text of /proc/cpuinfo; clouds hide its full name. */
export function parseCpuModel(text: string): string {
  const field = (name: string) =>
    new RegExp(`^${name}\\s*: (.*)$`, "m").exec(text)?.[1]?.trim();
  const [family, model] = [field("cpu family"), field("model")];
  const name = field("model name") ?? "unknown";
  if (family === undefined || model === undefined) return name;
  const stepping = field("stepping") ?? "?";
  return `${name}, family ${family} model ${model} stepping ${stepping}`;
}
