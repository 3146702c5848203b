/** The log in the journal of systemd, or in what looks like it. */
import { assert, assertEquals } from "@std/assert";
import { configFile } from "../../support/config_file.ts";
import { connectLocal } from "../../support/dialogue.ts";
import { oneServer } from "../../support/passthru.ts";
import { PASSTHRU } from "../../support/process.ts";
import { programTest } from "../../support/programs.ts";

const CONFIG = oneServer({ CATCHALL: { CATCHALL: { action: "REJECT" } } });

/** How the environment is made, and what passthru is permitted. */
interface Surroundings {
  /** In a shell, whose standard error is that of passthru. */
  readonly stream: string;
  readonly flags: readonly string[];
}

/** The log until it is ready, line by line. */
async function logOf({ stream, flags }: Surroundings): Promise<string[]> {
  await using file = await configFile(CONFIG);
  const [run, ...rest] = PASSTHRU;
  const child = new Deno.Command("sh", {
    args: [
      ...["-c", `JOURNAL_STREAM=${stream} exec "$@"`, "sh"],
      ...[
        Deno.execPath(),
        run!,
        ...flags,
        ...rest,
        "--log-level",
        "debug",
        "-c",
        file.path,
      ],
    ],
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  let text = "";
  let stage: "starting" | "ready" | "stopping" = "starting";
  for await (const piece of child.stderr.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const port = / address=127\.0\.0\.1:(\d+)\n/.exec(text)?.[1];
    if (stage === "starting" && / ready .*\n/.test(text)) {
      stage = "ready";
      // A worker writes the line of the connection.
      (await connectLocal(Number(port))).close();
    }
    if (stage === "ready" && / connection .*\n/.test(text)) {
      stage = "stopping";
      child.kill("SIGTERM");
    }
  }
  await child.status;
  return text.trimEnd().split("\n");
}

const PERMITTED = ["--allow-env=JOURNAL_STREAM"];
const OWN = "$(stat -Lc %d:%i /dev/stderr)";

programTest(
  ["sh", "stat"],
  "journal: lines have priorities when standard error is the journal, and only then",
  async () => {
    const lines = await logOf({ stream: OWN, flags: PERMITTED });
    assertEquals(
      lines.filter((line) => !/^<[67]>\d{4}-.* (INFO|DEBUG) /.test(line)),
      [],
    );
    assert(lines.length > 2);
    const others: Surroundings[] = [
      // Started by a service, with its log elsewhere.
      { stream: "8:12345", flags: PERMITTED },
      { stream: "no", flags: PERMITTED },
      { stream: OWN, flags: [] },
    ];
    for (const surroundings of others) {
      const plain = await logOf(surroundings);
      assertEquals(plain.filter((line) => !/^\d{4}-/.test(line)), []);
      assertEquals(plain.length, lines.length);
    }
  },
);
