/** The system calls that the systemd unit lets passthru make. */
import { assert, assertEquals } from "@std/assert";
import { configFile, reload } from "../support/config_file.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { program, programTest, runWell } from "../support/programs.ts";
import { printedScopes } from "../support/scoped.ts";
import { namedEcho } from "../support/services.ts";
import { until } from "../support/wait.ts";

/** The calls of a value of `SystemCallFilter`. */
async function allowed(filter: string): Promise<Set<string>> {
  const calls = new Set<string>();
  const left = filter.split(" ");
  for (let word = left.pop(); word !== undefined; word = left.pop()) {
    if (!word.startsWith("@")) calls.add(word);
    else {
      const { text } = await runWell("systemd-analyze", [
        "syscall-filter",
        word,
      ]);
      const names = text.split("\n").slice(1).map((line) => line.trim());
      left.push(...names.filter((name) => name !== "" && name[0] !== "#"));
    }
  }
  return calls;
}

programTest(
  ["strace", "systemd-analyze", "sh"],
  "scopes --systemd: passthru makes no system call that the unit kills it for",
  async () => {
    await using echo = namedEcho("echo");
    const config = oneServer({ CATCHALL: forwardTo(echo.address) });
    await using file = await configFile(config);
    const unit = await printedScopes(file.path, "--systemd");
    const [, filter] = /^SystemCallFilter=(.*)$/m.exec(unit)!;
    const trace = `${file.folder}/trace`;
    await using passthru = await startPassthru(config, {
      file: file.path,
      under: [
        program("strace"),
        "-D",
        "-f",
        "-qq",
        "-c",
        "-U",
        "name",
        "-o",
        trace,
      ],
    });
    assertEquals(await ask(passthru.ports[0]!, "x"), "echo");
    const other = { ...config as object, drain_timeout: "1s" };
    assertEquals((await reload(passthru, file, other)).msg, "reloaded");
    passthru.kill("SIGTERM");
    assertEquals(await passthru.exit, 0);
    // The tracer writes them when passthru has ended.
    const made = await until("the trace", async () => {
      const text = await Deno.readTextFile(trace).catch(() => "");
      return text.endsWith("\n") ? text.match(/^ *[a-z]\w*$/gm) : null;
    });
    const names = made.map((line) => line.trim())
      .filter((name) => name !== "syscall" && name !== "total");
    assert(names.includes("futex"), names.join(" "));
    const calls = await allowed(filter!);
    assertEquals(names.filter((name) => !calls.has(name)), []);
  },
);
