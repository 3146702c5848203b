/** Expectations on the command line. */
import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { runCli } from "../support/cli.ts";
import { configFile, reload } from "../support/config_file.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { runPassthru, startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";

/** A config that sends SSH to a target, with expectations. */
function expecting(target: string, ...expect: object[]): object {
  return { ...oneServer({ SSH: forwardTo(target) }) as object, expect };
}

const HOLDS = { ssh: {}, rule: "SSH/CATCHALL" };
const FAILS = { ssh: {}, reject: true };

Deno.test("check: says how many expectations held", async () => {
  await using file = await configFile(expecting("127.0.0.1:9", HOLDS, HOLDS));
  const { code, stdout, stderr } = await runCli("check", "-c", file.path);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /: OK, .*, 1 target, 2 expectations held\n/);
});

Deno.test("check: exits with 78 and names the expectations that failed", async () => {
  await using file = await configFile(
    expecting("127.0.0.1:9", HOLDS, FAILS, HOLDS),
  );
  const { code, stdout, stderr } = await runCli("check", "-c", file.path);
  assertEquals([code, stdout], [78, ""]);
  const [first, ...rest] = stderr.replaceAll(file.path, "cfg").split("\n");
  assertMatch(
    first!,
    /^cfg:\d+:\d+: error: Expectation failed: expected reject, found target "127\.0\.0\.1:9" \(rule SSH\/CATCHALL: no other rule of SSH matches\)$/,
  );
  assertEquals(rest.at(-2), "cfg: 1 error; 2 of 3 expectations held");
});

Deno.test("explain: works with a config whose expectations fail", async () => {
  await using file = await configFile(expecting("127.0.0.1:9", FAILS));
  const hex = "5353482d322e302d780d0a";
  const found = await runCli("explain", "--hex", hex, "-c", file.path);
  assertEquals([found.code, found.stderr], [0, ""]);
  assertMatch(found.stdout, /target +127\.0\.0\.1:9\n/);
});

Deno.test("run: a config whose expectations fail is not served, and exits with 78", async () => {
  await using file = await configFile(expecting("127.0.0.1:9", FAILS));
  const { code, stderr } = await runPassthru(["-c", file.path]);
  assertEquals(code, 78);
  assertMatch(stderr, /Expectation failed: expected reject/);
  assertNotMatch(stderr, /listening/);
});

Deno.test("reload: a config whose expectations fail is logged, and the old one goes on", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  await using file = await configFile();
  await using passthru = await startPassthru(expecting(one.address, HOLDS), {
    file: file.path,
  });
  const port = passthru.ports[0]!;
  const refused = await reload(passthru, file, expecting(two.address, FAILS));
  assertEquals(
    [refused["msg"], refused["error"]],
    ["reload failed, the old config stays in use", `${file.path} has errors`],
  );
  const line = await passthru.line(({ msg }) => msg === "config");
  assertMatch(String(line["problem"]), /^Expectation failed: expected reject/);
  assertEquals(await ask(port, "SSH-2.0-x\r\n"), "one");
  const taken = await reload(passthru, file, expecting(two.address, HOLDS));
  assertEquals(taken["msg"], "reloaded");
  assertEquals(await ask(port, "SSH-2.0-x\r\n"), "two");
});
