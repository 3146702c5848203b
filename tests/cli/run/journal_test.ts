/** The log in the journal of systemd, or in what looks like it. */
import { assertEquals } from "@std/assert";
import { configFile } from "../../support/config_file.ts";
import { connectLocal } from "../../support/dialogue.ts";
import { oneServer } from "../../support/passthru.ts";
import { PASSTHRU } from "../../support/process.ts";
import { programTest } from "../../support/programs.ts";
import { within } from "../../support/wait.ts";

const CONFIG = oneServer({ CATCHALL: { CATCHALL: { action: "REJECT" } } });

/** How the environment is made, and what passthru is permitted. */
interface Surroundings {
  /** In a shell, whose standard error is that of passthru. */
  readonly stream: string;
  readonly flags: readonly string[];
}

/** The log of a start, a connection and a stop, line by line. */
async function logOf({ stream, flags }: Surroundings): Promise<string[]> {
  await using file = await configFile(CONFIG);
  const [run, ...rest] = PASSTHRU;
  const child = new Deno.Command("sh", {
    args: [
      ...["-c", `JOURNAL_STREAM=${stream} exec "$@"`, "sh"],
      ...[Deno.execPath(), run!, ...flags, ...rest, "-c", file.path],
      ...["--log-format", "json", "--log-level", "debug"],
    ],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let text = "";
  let stage: "starting" | "ready" | "stopping" = "starting";
  const reading = async () => {
    const pieces = child.stderr.pipeThrough(new TextDecoderStream());
    for await (const piece of pieces) {
      text += piece;
      if (stage === "starting" && text.includes('"msg":"ready"')) {
        stage = "ready";
        const port = /"address":"127\.0\.0\.1:(\d+)"/.exec(text)?.[1];
        // A worker writes the line of the connection.
        (await connectLocal(Number(port))).close();
      }
      if (stage === "ready" && text.includes('"msg":"connection"')) {
        stage = "stopping";
        child.kill("SIGTERM");
      }
    }
  };
  try {
    await within("the end of the log", reading());
  } catch (error) {
    child.kill("SIGKILL");
    throw new Error(text, { cause: error });
  } finally {
    await child.status;
  }
  return text.trimEnd().split("\n");
}

const PERMITTED = ["--allow-env=JOURNAL_STREAM"];
const OWN = "$(stat -Lc %d:%i /dev/stderr)";

programTest(
  ["sh", "stat"],
  "journal: lines have priorities when standard error is the journal, and only then",
  async () => {
    const lines = await logOf({ stream: OWN, flags: PERMITTED });
    const priorities = { debug: "<7>", info: "<6>" } as Record<string, string>;
    for (const line of lines) {
      const { level } = JSON.parse(line.slice(3));
      assertEquals(line.slice(0, 3), priorities[level], line);
    }
    const others: Surroundings[] = [
      // Started by a service, with its log elsewhere.
      { stream: "8:12345", flags: PERMITTED },
      { stream: "no", flags: PERMITTED },
      { stream: OWN, flags: [] },
    ];
    for (const surroundings of others) {
      const plain = await logOf(surroundings);
      assertEquals(plain.filter((line) => !line.startsWith("{")), []);
      assertEquals(plain.length, lines.length);
    }
  },
);
