import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { COMMANDS } from "../../src/cli/commands.ts";
import { UsageError } from "../../src/cli/command.ts";
import { parseArguments } from "../../src/cli/options.ts";
import { runCli } from "../support/cli.ts";

Deno.test("arguments: the original's spellings", () => {
  const spellings = [
    ["-c", "x.json", "-w", "2", "-t", "5"],
    ["-c=x.json", "-w=2", "-t=5"],
    ["--config=x.json", "--workers=2", "--detect-timeout=5"],
    ["run", "--config", "x.json", "--workers", "2", "--detect-timeout", "5"],
  ];
  for (const args of spellings) {
    const { command, values } = parseArguments(args, COMMANDS);
    assertEquals(command.name, "run");
    assertEquals([...values], [
      ["config", "x.json"],
      ["workers", "2"],
      ["detect-timeout", "5"],
    ]);
  }
  assertEquals(parseArguments(["-c", "-"], COMMANDS).values.get("config"), "-");
  assertEquals(
    parseArguments(["-c=a=b"], COMMANDS).values.get("config"),
    "a=b",
  );
});

Deno.test("arguments: a config may stand without -c", () => {
  const calls: [string[], string][] = [
    [["x.jsonc"], "run"],
    [["./x"], "run"],
    [["run", "x.jsonc"], "run"],
    [["-w", "2", "x.jsonc"], "run"],
    [["-"], "run"],
    ...["check", "scopes", "explain", "status", "top", "healthcheck"]
      .map((name): [string[], string] => [[name, "x.jsonc"], name]),
  ];
  for (const [args, name] of calls) {
    const { command, values, positionals } = parseArguments(args, COMMANDS);
    assertEquals(command.name, name);
    assertEquals(values.get("config"), args.at(-1));
    assertEquals(positionals, []);
  }
  assertEquals(parseArguments(["detectors", "TLS"], COMMANDS).positionals, [
    "TLS",
  ]);
});

Deno.test("arguments: options in one word, and words that are no options", () => {
  const read = (...args: string[]) => {
    const { values, positionals } = parseArguments(args, COMMANDS);
    return [[...values], positionals];
  };
  assertEquals(read("-cx.json", "-t5"), [
    [["config", "x.json"], ["detect-timeout", "5"]],
    [],
  ]);
  assertEquals(read("-hV"), [[["help", ""], ["version", ""]], []]);
  assertEquals(read("-hc", "x"), [[["help", ""], ["config", "x"]], []]);
  assertEquals(read("-c=a\nb"), [[["config", "a\nb"]], []]);
  assertEquals(read("-w", "-1"), [[["workers", "-1"]], []]);
  assertEquals(read("detectors", "--json", "TLS"), [[["json", ""]], ["TLS"]]);
  assertEquals(read("detectors", "1"), [[], ["1"]]);
  assertEquals(read("check", "--", "-c=x"), [[["config", "-c=x"]], []]);
});

Deno.test("arguments: all that is wrong, each with what was probably meant", () => {
  const bad: [string[], string[]][] = [
    [["chekc"], ['Unknown command "chekc" (did you mean "check"?)']],
    [["--confg", "x"], [
      'Unknown option "--confg" of "run" (did you mean "--config"?)',
    ]],
    [["-x"], ['Unknown option "-x" of "run"']],
    [["check", "-t", "5"], ['Unknown option "-t" of "check"']],
    [["-c"], ['Option "-c" has no value: expected "-c FILE"']],
    [["-c="], ['Option "-c" has no value: expected "-c FILE"']],
    [["-c", "-w", "1"], ['Option "-c" has no value: expected "-c FILE"']],
    [["-t"], [
      'Option "-t" has no value: expected "-t DURATION" (to check a config, use "passthru check -c FILE")',
    ]],
    [["-c", "a", "-c", "b"], ['Option "-c" is given twice']],
    [["-c", "a", "--config", "b"], ['Option "--config" is given twice']],
    [["-h", "-h"], ['Option "-h" is given twice']],
    [["-t=", "--confg", "-w"], [
      'Option "-t" has no value: expected "-t DURATION" (to check a config, use "passthru check -c FILE")',
      'Unknown option "--confg" of "run" (did you mean "--config"?)',
      'Option "-w" has no value: expected "-w N"',
    ]],
    [["--no-config", "--c=x", "--__proto__=x", "-xy", "--=x"], [
      'Unknown option "--no-config" of "run"',
      'Unknown option "--c" of "run"',
      'Unknown option "--__proto__" of "run"',
      'Unknown option "-x" of "run"',
      'Unknown option "-y" of "run"',
      'Unknown option "--=x" of "run"',
    ]],
    [["--help=x"], ['Option "--help" takes no value']],
    [["-c", "a", "b"], ['The config is given twice: as "a" and as "b"']],
    [["a.jsonc", "b"], ['Unexpected argument "b"']],
    [["schema", "a.jsonc"], ['Unexpected argument "a.jsonc"']],
    [["detectors", "TLS", "a.jsonc"], ['Unexpected argument "a.jsonc"']],
  ];
  for (const [args, problems] of bad) {
    const error = assertThrows(
      () => parseArguments(args, COMMANDS),
      UsageError,
    );
    assertEquals(error.problems, problems);
  }
});

Deno.test("cli: wrong values of options are usage errors, all at once", async () => {
  const { code, stderr } = await runCli(
    ...["-c", "x", "-w", "-1", "-t", "5x", "--drain-timeout", "soon"],
    ...["--log-level", "inof", "--log-format", "xml"],
  );
  assertEquals(code, 2);
  assertEquals(stderr.trim().split("\n"), [
    'Invalid value of "--workers": found "-1", expected a whole number from 0 to 1024',
    'Invalid value of "--detect-timeout": found "5x", expected a duration such as "5", "5s" or "750ms"',
    'Invalid value of "--drain-timeout": found "soon", expected a duration such as "5", "5s" or "750ms"',
    'Invalid value of "--log-level": found "inof", expected debug, info, warn or error (did you mean "info"?)',
    'Invalid value of "--log-format": found "xml", expected text or json',
    'Run "passthru --help" for the options',
  ]);
});

Deno.test("cli: a usage error names the help of the command that was meant", async () => {
  const cases: [args: string[], help: string][] = [
    [["docker", "-c", "x"], "passthru docker --help"],
    [["check", "--nope", "x"], "passthru check --help"],
    [["import"], "passthru import --help"],
    [["run", "--nope"], "passthru run --help"],
    [["--nope"], "passthru --help"],
    [["dokcer"], "passthru --help"],
  ];
  for (const [args, help] of cases) {
    const { code, stderr } = await runCli(...args);
    assertEquals(code, 2, args.join(" "));
    assertEquals(stderr.split("\n").at(-2), `Run "${help}" for the options`);
  }
  // All commands that can be misused say so.
  for (const { name } of COMMANDS) {
    const { stderr } = await runCli(name, "--no-such-option");
    assertEquals(
      stderr.split("\n").at(-2),
      `Run "passthru ${name} --help" for the options`,
    );
    const { code, stdout } = await runCli(name, "--help");
    assertEquals(code, 0);
    assertMatch(stdout, new RegExp(`^passthru( ${name})?: `));
  }
});

Deno.test("cli: a log level by another program's name is answered with the one here", async () => {
  const { code, stderr } = await runCli("-c", "x", "--log-level", "warning");
  assertEquals(code, 2);
  assertEquals(
    stderr.split("\n")[0],
    'Invalid value of "--log-level": found "warning", expected debug, info, warn or error (did you mean "warn"?)',
  );
});

Deno.test("cli: help and version go to standard output and exit with 0", async () => {
  for (
    const args of [["--help"], ["-h"], ["help"], ["run", "-h"], ["help", "run"]]
  ) {
    const { code, stdout, stderr } = await runCli(...args);
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /^passthru: one port, many services\.\n/);
    assertMatch(stdout, /-t, --detect-timeout DURATION/);
  }
  assertMatch((await runCli("help", "check")).stdout, /^passthru check: /);
  for (const args of [["--version"], ["-V"], ["version"]]) {
    const { code, stdout } = await runCli(...args);
    assertEquals(code, 0);
    assertMatch(stdout, /^passthru \d+\.\d+\.\d+\ndeno \S+\nv8 \S+\n$/);
  }
});

Deno.test("cli: every command shows its help, with how it is called; that of run has the signals", async () => {
  for (const { name } of COMMANDS) {
    const { code, stdout, stderr } = await runCli(name, "--help");
    assertEquals([code, stderr], [0, ""], name);
    assertEquals(stdout, (await runCli("help", name)).stdout);
    assert(/^Usage:\n {2}passthru /m.test(stdout), name);
  }
  const { stdout } = await runCli("--help");
  for (const word of ["SIGHUP", "SIGTERM", "SIGUSR2", "passthru top"]) {
    assert(stdout.includes(word), word);
  }
});

Deno.test("cli: no arguments, no config and unknown help topics are usage errors", async () => {
  assertEquals((await runCli()).code, 2);
  const { code, stderr } = await runCli("run");
  assertEquals(code, 2);
  assertMatch(
    stderr,
    /^No config: expected a file, such as "passthru\.jsonc"\n/,
  );
  assertEquals((await runCli("check")).code, 2);
  assertEquals((await runCli("help", "nothing")).code, 2);
});
