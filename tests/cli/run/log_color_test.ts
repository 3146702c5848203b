import { assert, assertEquals, assertMatch } from "@std/assert";
import { configFile } from "../../support/config_file.ts";
import { oneServer } from "../../support/passthru.ts";
import { PASSTHRU, runPassthru } from "../../support/process.ts";
import { program, programTest } from "../../support/programs.ts";

const CONFIG = oneServer({ CATCHALL: { CATCHALL: { action: "REJECT" } } });
/** In the line that says that it is ready, in colour or not. */
const PID = /pid(?:=|":)(\d+)[^\d]/;
const COLOUR = "\x1b[32mINFO ";

/** Options of {@linkcode logOf}. */
interface LogOptions {
  readonly noColor?: boolean;
  /** Whether the log goes to a terminal. Default: `false`. */
  readonly terminal?: boolean;
}

/** What passthru logs until it is ready, and then stops. */
async function logOf(
  args: readonly string[],
  { noColor = false, terminal = false }: LogOptions = {},
): Promise<string> {
  await using file = await configFile(CONFIG);
  const passthru = [Deno.execPath(), ...PASSTHRU, "-c", file.path, ...args];
  const [command, ...rest] = terminal
    ? [program("script"), "-qec", passthru.join(" "), "/dev/null"]
    : passthru;
  const { NO_COLOR: _, ...env } = Deno.env.toObject();
  const child = new Deno.Command(command!, {
    args: rest,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    clearEnv: true,
    env: { ...env, ...(noColor ? { NO_COLOR: "1" } : {}) },
  }).spawn();
  const [log, other] = terminal
    ? [child.stdout, child.stderr]
    : [child.stderr, child.stdout];
  const others = other.pipeTo(new WritableStream());
  let text = "";
  for await (const part of log.pipeThrough(new TextDecoderStream())) {
    const known = PID.test(text);
    const pid = PID.exec(text += part)?.[1];
    if (!known && pid !== undefined) Deno.kill(Number(pid), "SIGTERM");
  }
  await others;
  assertEquals((await child.status).code, 0, text);
  return text;
}

Deno.test("color: a log that goes to no terminal has none, unless it always has", async () => {
  const [auto, always, never, json] = await Promise.all([
    logOf([]),
    logOf(["--color", "always"], { noColor: true }),
    logOf(["--color=never"]),
    logOf(["--color", "always", "--log-format", "json"]),
  ]);
  assert(always.includes(COLOUR), always);
  for (const text of [auto, never, json]) assert(!text.includes("\x1b"));
});

programTest(
  ["script"],
  "color: a log on a terminal has some, but not with NO_COLOR or never",
  async () => {
    const terminal = true;
    const [auto, without, never] = await Promise.all([
      logOf([], { terminal }),
      logOf([], { terminal, noColor: true }),
      logOf(["--color", "never"], { terminal }),
    ]);
    assert(auto.includes(COLOUR), auto);
    for (const text of [without, never]) assert(!text.includes("\x1b"));
  },
);

Deno.test("color: another word is wrong usage", async () => {
  const { code, stderr } = await runPassthru(["--color", "allways"]);
  assertEquals(code, 2);
  assertMatch(
    stderr,
    /^Invalid value of "--color": found "allways", expected auto, always or never \(did you mean "always"\?\)\n/,
  );
});
