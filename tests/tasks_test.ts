/** The tasks of `deno.json` that have options of their own. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { readTask, type TaskUsage } from "./support/task_options.ts";
import { within } from "./support/wait.ts";

const ROOT = new URL("../", import.meta.url);

/** Tasks that do not hand their arguments to a command of Deno. */
const TASKS = [
  "demo",
  "accuracy",
  "clients",
  "soak",
  "fuzz",
  "bench",
  "schema",
] as const;

/** Runs a task, which is to end by itself at once. */
async function runTask(task: string, ...args: string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", task, ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const { code, stdout, stderr } = await within(`task ${task}`, child.output());
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: decode(stdout), stderr: decode(stderr) };
}

for (const task of TASKS) {
  Deno.test(`deno task ${task}: --help prints how to call it, and a misspelt option does not start it`, async () => {
    const help = await runTask(task, "--help");
    assertEquals(help.code, 0, help.stderr);
    assertMatch(help.stdout, new RegExp(`^Usage: deno task ${task}\\b`));
    const wrong = await runTask(task, "--hlep");
    assertEquals([wrong.code, wrong.stdout], [2, ""]);
    assertMatch(wrong.stderr, /"--hlep"/);
    assert(wrong.stderr.includes(help.stdout), wrong.stderr);
  });
}

Deno.test("deno task fuzz: what it cannot try does not pass", async () => {
  const wrong: [args: string[], problem: RegExp][] = [
    [["--only", "tcp,tpc"], /^Invalid value of "--only": found "tpc"/],
    [["--input", "00"], /^"--input" needs "--only" with one target$/m],
    [["--only", "tcp,proxy", "--input", "00"], /^"--input" needs "--only"/],
    [["--only", "tcp", "--input", "0x"], /^Invalid value of "--input"/],
  ];
  for (const [args, problem] of wrong) {
    const { code, stdout, stderr } = await runTask("fuzz", ...args);
    assertEquals([code, stdout], [2, ""], stderr);
    assertMatch(stderr, problem);
  }
});

const USAGE: TaskUsage = {
  task: "try",
  summary: "Tries something.",
  argument: { value: "FOLDER", help: "a folder" },
  options: {
    minutes: { value: "N", help: "how long" },
    only: { value: "A,B", names: ["x", "y"], help: "which" },
    all: { help: "all" },
  },
};

Deno.test("readTask() reads options, and tells what is wrong", () => {
  const read = readTask(USAGE, "--minutes 2 --only y,x --all x".split(" "));
  assert(read.kind === "run");
  const given = { minutes: "2", only: "y,x", all: "" };
  assertEquals([...read.values], Object.entries(given));
  assertEquals(read.argument, "x");
  const bare = readTask(USAGE, []);
  assert(bare.kind === "run");
  assertEquals([bare.values.size, bare.argument], [0, undefined]);
  const wrong: [args: string[], problem: string][] = [
    [["-x"], 'Unknown option "-x"'],
    [["--minutes"], 'Option "--minutes" needs a value'],
    [
      ["--only", "x,z"],
      'Invalid value of "--only": found "z", expected some of x, y',
    ],
    [["x", "y"], 'Unexpected argument "y"'],
  ];
  for (const [args, problem] of wrong) {
    const found = readTask(USAGE, args);
    assert(found.kind === "wrong");
    assertEquals(found.text.split("\n")[0], problem);
  }
  const help = readTask(USAGE, ["--minutes", "2", "-h"]);
  assert(help.kind === "help");
  assertEquals(
    help.text,
    `Usage: deno task try [FOLDER] [OPTIONS]

Tries something.

  FOLDER       a folder
  --minutes N  how long
  --only A,B   which
  --all        all
  -h, --help   show this help
`,
  );
});
