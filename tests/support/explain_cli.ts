/** `passthru explain` in the test process. */
import { type CliResult, runCli } from "./cli.ts";
import { bytesOf } from "./tcp.ts";

/** Runs `explain` on files with these contents, named in the arguments. */
export async function explain(
  args: readonly string[],
  files: Readonly<Record<string, Uint8Array | object>> = {},
): Promise<CliResult> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      const bytes = content instanceof Uint8Array
        ? content
        : bytesOf(JSON.stringify(content));
      await Deno.writeFile(`${folder}/${name}`, bytes);
    }
    const placed = args.map((arg) => arg in files ? `${folder}/${arg}` : arg);
    const { code, stdout, stderr } = await runCli("explain", ...placed);
    return {
      code,
      stdout: stdout.replaceAll(`${folder}/`, ""),
      stderr: stderr.replaceAll(`${folder}/`, ""),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The records of lines of JSON. */
export function recordsOf(stdout: string): Record<string, unknown>[] {
  return stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}
