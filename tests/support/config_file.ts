/** A config file that a running passthru is told to read again. */
import type { LogLine, PassthruProcess } from "./process.ts";
import { within } from "./wait.ts";

/** A config file in a temporary folder of its own. */
export interface ConfigFile extends AsyncDisposable {
  /** The folder; other files of a test may lie there too. */
  readonly folder: string;
  readonly path: string;
  /** Writes the file: a text as it is, anything else as JSON. */
  write(config: unknown): Promise<void>;
}

/** Makes a temporary folder for a config file, and the file when given. */
export async function configFile(
  config?: unknown,
  name = "passthru.jsonc",
): Promise<ConfigFile> {
  const folder = await Deno.makeTempDir({ prefix: "passthru_" });
  const path = `${folder}/${name}`;
  const write = async (content: unknown) => {
    // A reload that is under way reads the old file or the new one, not a part.
    await Deno.writeTextFile(
      `${path}.new`,
      typeof content === "string" ? content : JSON.stringify(content, null, 2),
    );
    await Deno.rename(`${path}.new`, path);
  };
  if (config !== undefined) await write(config);
  return {
    folder,
    path,
    write,
    async [Symbol.asyncDispose]() {
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Whether a line says how a reload ended. */
export function endsReload({ msg }: LogLine): boolean {
  return msg === "reloaded" ||
    msg === "reload failed, the old config stays in use";
}

/** The first line that fits among those that are yet to come. */
export function nextLine(
  passthru: PassthruProcess,
  fits: (line: LogLine) => boolean,
): Promise<LogLine> {
  const past = passthru.lines.length;
  let at = 0;
  return passthru.line((line) => at++ >= past && fits(line));
}

/**
 * Writes a config, says SIGHUP, and waits until passthru has taken it or not.
 *
 * @returns The line that says so.
 */
export async function reload(
  passthru: PassthruProcess,
  file: ConfigFile,
  config: unknown,
): Promise<LogLine> {
  await file.write(config);
  const ended = nextLine(passthru, endsReload);
  passthru.kill("SIGHUP");
  return await within("the reload", ended);
}
