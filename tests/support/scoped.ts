/** passthru under the permissions that it printed itself, run through a shell. */
import { assertEquals } from "@std/assert";
import type { ConfigFile } from "./config_file.ts";
import {
  type PassthruProcess,
  ROOT,
  runPassthru,
  startPassthru,
} from "./process.ts";

/** What `passthru scopes --json` prints. */
export interface PrintedScopes {
  readonly net: readonly string[];
  readonly read: readonly string[];
  readonly denyNet?: readonly string[];
  readonly write?: readonly string[];
}

/** What `passthru scopes` prints for a config file, as text. */
export async function printedScopes(
  file: string,
  ...args: readonly string[]
): Promise<string> {
  const all = ["scopes", "-c", file, ...args];
  const { code, stdout, stderr } = await runPassthru(all);
  assertEquals(code, 0, stderr);
  // The files of tests are the tester's own, which the unit would not reach.
  const said = stderr.split("\n").filter((line) =>
    line !== "" && !line.startsWith("warning: The unit's user cannot use ")
  );
  assertEquals(said, []);
  return stdout;
}

/** The same as values. */
export async function scopesOf(
  file: string,
  ...args: readonly string[]
): Promise<PrintedScopes> {
  return JSON.parse(await printedScopes(file, "--json", ...args));
}

/** How a start ended that could not go well. */
export interface FailedStart {
  readonly code: number;
  readonly stderr: string;
}

/** Starts passthru with these permissions, which are too few. */
export async function startWithout(
  file: ConfigFile,
  { net, read }: Pick<PrintedScopes, "net" | "read">,
): Promise<FailedStart> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--no-prompt"],
      ...[`--allow-net=${net.join(",")}`, `--allow-read=${read.join(",")}`],
      ...[`${ROOT}main.ts`, "-c", file.path],
    ],
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  return { code, stderr: new TextDecoder().decode(stderr) };
}

/** How a start ends that lacks what a flag gives. */
export function missing(flag: string): FailedStart {
  return {
    code: 1,
    stderr: `Missing permissions: run with ${flag} too ` +
      `("passthru scopes" prints all that a config needs)\n`,
  };
}

/** How a start fails that may not read passthru's own modules. */
export function withoutSources(): FailedStart {
  return {
    code: 1,
    stderr: `Missing permissions: run with --allow-read=${ROOT}src too, ` +
      "where the modules of passthru are\n",
  };
}

/** Options of {@linkcode startScoped}. */
export interface ScopedOptions {
  /** Arguments after the config, `--isolation none` for one. */
  readonly args?: readonly string[];
  /** Folder of main.ts, with a slash at its end. Default: this repository. */
  readonly root?: string;
}

/**
 * Starts passthru through a shell with flags that stand in its command line
 * exactly as they were printed.
 */
export async function startScoped(
  config: unknown,
  file: ConfigFile,
  flags: string,
  { args = [], root = ROOT }: ScopedOptions = {},
): Promise<PassthruProcess> {
  // "$0" is the path of Deno, and "$@" all that follows it.
  const script = `main=$1; shift; exec "$0" run --no-prompt ${flags} ` +
    `"$main" "$@"`;
  return await startPassthru(config, {
    file: file.path,
    under: ["sh", "-c", script],
    program: [`${root}main.ts`],
    args,
  });
}
