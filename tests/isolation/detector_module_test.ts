/** Detectors from modules, in the process that users run. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { configFile, reload } from "../support/config_file.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { ROOT, runPassthru, startPassthru } from "../support/process.ts";
import { namedEcho } from "../support/services.ts";

const GREETER = `${ROOT}configs/detectors/greeter.ts`;
const PRYING = `${ROOT}tests/modules/fixtures/prying.ts`;
const READING = `${ROOT}tests/modules/fixtures/reading.ts`;

function config(name: string, module: string, protocol: unknown) {
  return {
    ...oneServer({ [name]: protocol }) as object,
    detectors: { [name]: { module } },
  };
}

Deno.test("module: its detector and its rule words route connections", async () => {
  await using kitchen = namedEcho("kitchen");
  await using other = namedEcho("other");
  const rules = {
    "ROOM kitchen": { action: "FORWARD", to_addr: kitchen.address },
    CATCHALL: { action: "FORWARD", to_addr: other.address },
  };
  await using passthru = await startPassthru(config("GREETER", GREETER, rules));
  const port = passthru.ports[0]!;
  assertEquals(await ask(port, "HELO ada kitchen\n"), "kitchen");
  assertEquals(await ask(port, "HELO ada attic\n"), "other");
  const line = await passthru.line((l) => l["rule"] === "GREETER/ROOM kitchen");
  assertEquals(line["protocol"], "GREETER");
});

Deno.test("module: in a worker, and where explain asks it, it may do nothing", async () => {
  await using target = namedEcho("target");
  const cfg = config("PRYING", PRYING, forwardTo(target.address));
  await using file = await configFile(cfg);
  const explained = await runPassthru(
    ["explain", "--hex", "00", "-c", file.path, "--json"],
  );
  assertEquals(explained.code, 0, explained.stderr);
  const { facts } = JSON.parse(explained.stdout);
  // Listening and dialling what the Plan names is a worker's business; the
  // attempts here name other ports.
  await using passthru = await startPassthru(cfg);
  assertEquals(await ask(passthru.ports[0]!, "x"), "target");
  const line = await passthru.line((l) => l["protocol"] === "PRYING");
  for (const ends of [facts.ends, line["ends"]]) {
    assert(Array.isArray(ends) && ends.length === 12, JSON.stringify(line));
    assertEquals(ends.filter((end) => !end.endsWith(": refused")), []);
  }
});

Deno.test("module: its docs are shown as those of any detector", async () => {
  const config = `${ROOT}configs/detector_module.jsonc`;
  const shown = await runPassthru(["detectors", "GREETER", "-c", config]);
  assertEquals(shown.code, 0, shown.stderr);
  for (const text of ["ROOM kitchen", "The room, in lower case."]) {
    assert(shown.stdout.includes(text), shown.stdout);
  }
});

Deno.test("module: what is wrong with it is said at its path in the config", async () => {
  const cases: [string, RegExp][] = [
    [
      "./missing.ts",
      /:\d+:\d+: error: Cannot use detector module ".\/missing.ts": .*no such file/,
    ],
    [
      READING,
      /Cannot use detector module ".*reading.ts": reading.ts:5:\d+: import attributes \(with \{ … \}\) are not allowed/,
    ],
    [PRYING, /its "name" is "PRYING", the config calls it "MINE"/],
  ];
  for (const [module, message] of cases) {
    const rules = { CATCHALL: { action: "REJECT" } };
    await using file = await configFile(config("MINE", module, rules));
    const checked = await runPassthru(["check", "-c", file.path]);
    assertEquals(checked.code, 78);
    assertMatch(checked.stderr, message);
  }
});

Deno.test("module: a rule that its grammar refuses is an error of the config", async () => {
  const rules = { "ROOM Kitchen": { action: "REJECT" } };
  await using file = await configFile(config("GREETER", GREETER, rules));
  const checked = await runPassthru(["check", "-c", file.path]);
  assertEquals(checked.code, 78);
  assertMatch(
    checked.stderr,
    /Invalid value of "ROOM": found "Kitchen", expected a room's name in lower case/,
  );
});

Deno.test("module: a reload takes the module as it is now, and a broken one changes nothing", async () => {
  await using target = namedEcho("target");
  const folder = await Deno.makeTempDir();
  const module = `${folder}/mine.ts`;
  const write = (opening: string) =>
    Deno.writeTextFile(
      module,
      `export default { name: "MINE", summary: "mine", maxBytes: 1, rules: {},
        detect: (view: Uint8Array) => view.length === 0
          ? { kind: "more", atLeast: 1 }
          : view[0] === ${opening} ? { kind: "match", facts: {} } : { kind: "no" } };`,
    );
  await write("0x61");
  await using file = await configFile();
  await using other = namedEcho("other");
  const cfg = {
    ...oneServer({
      MINE: forwardTo(target.address),
      CATCHALL: forwardTo(other.address),
    }) as object,
    detectors: { MINE: { module } },
  };
  await using passthru = await startPassthru(cfg, { file: file.path });
  const port = passthru.ports[0]!;
  const both = async () => [await ask(port, "a"), await ask(port, "b")];
  assertEquals(await both(), ["target", "other"]);
  await write("0x62");
  const reloaded = await reload(passthru, file, cfg);
  assertEquals(reloaded["changes"], "detectors");
  assertEquals(await both(), ["other", "target"]);
  await write("oops(");
  const failed = await reload(passthru, file, cfg);
  assertEquals(failed["msg"], "reload failed, the old config stays in use");
  assertEquals(await both(), ["other", "target"]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("module: --isolation none does not run it", async () => {
  const rules = { CATCHALL: { action: "REJECT" } };
  await using file = await configFile(config("GREETER", GREETER, rules));
  const run = await runPassthru(["-c", file.path, "--isolation", "none"]);
  assertNotEquals(run.code, 0);
  assertMatch(
    run.stderr,
    /Cannot use detector modules \("GREETER"\) with --isolation none/,
  );
});
