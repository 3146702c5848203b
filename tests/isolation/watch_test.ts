/** `--watch`: a reload when a file has changed. */
import { assertEquals, assertMatch } from "@std/assert";
import { AdminClient, adminPort } from "../support/admin_client.ts";
import { configFile, endsReload, nextLine } from "../support/config_file.ts";
import { ask } from "../support/load.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import {
  type LogLine,
  type PassthruProcess,
  runPassthru,
  startPassthru,
} from "../support/process.ts";
import { namedEcho } from "../support/services.ts";
import { until, within } from "../support/wait.ts";

const WATCH = ["--watch"];
const TOKENS = ["a-token-of-some-length", "another-token-of-some-length"];

/** Does something, and waits for the reload that follows from it. */
async function reloaded(
  passthru: PassthruProcess,
  change: () => Promise<unknown>,
): Promise<LogLine> {
  const ended = nextLine(passthru, endsReload);
  await change();
  return await within("the reload", ended);
}

Deno.test("watch: the config that is written or replaced is served, a bad one is not, and one that becomes good is", async () => {
  await using one = namedEcho("one");
  await using two = namedEcho("two");
  const config = (to: string) => oneServer({ CATCHALL: forwardTo(to) });
  await using file = await configFile();
  await using passthru = await startPassthru(config(one.address), {
    file: file.path,
    args: WATCH,
  });
  const [port] = passthru.ports as [number];
  const written = await reloaded(
    passthru,
    () => file.write(config(two.address)),
  );
  assertEquals([written["msg"], written["generation"]], ["reloaded", 2]);
  assertEquals(await ask(port, "x"), "two");
  const text = JSON.stringify(config(one.address), null, 2);
  const half = text.slice(0, text.length / 2);
  const cut = await reloaded(passthru, () => file.write(half));
  assertEquals(cut["level"], "error");
  assertEquals(await ask(port, "x"), "two");
  // As editors do it.
  const replaced = await reloaded(passthru, async () => {
    await Deno.writeTextFile(`${file.path}~`, text);
    await Deno.rename(`${file.path}~`, file.path);
  });
  assertEquals([replaced["msg"], replaced["generation"]], ["reloaded", 3]);
  assertEquals(await ask(port, "x"), "one");
});

/** A detector module that knows connections by their first byte. */
function module(first: string): string {
  return `
const byte = ${JSON.stringify(first)}.charCodeAt(0);
export default {
  name: "MINE",
  summary: "Knows its first byte",
  maxBytes: 8,
  rules: {},
  detect: (view) =>
    view[0] === byte ? { kind: "match", facts: {} } : { kind: "no" },
};
`;
}

Deno.test("watch: a detector module and the token are watched, too", async () => {
  await using mine = namedEcho("mine");
  await using other = namedEcho("other");
  await using file = await configFile();
  await Deno.writeTextFile(`${file.folder}/mine.ts`, module("a"));
  await Deno.writeTextFile(`${file.folder}/token`, TOKENS[0]!);
  await using passthru = await startPassthru({
    version: "v1.0.0",
    detectors: { MINE: { module: "./mine.ts" } },
    servers: {
      "127.0.0.1:0": {
        MINE: forwardTo(mine.address),
        CATCHALL: forwardTo(other.address),
      },
    },
    admin: { listen: "127.0.0.1:0", token: "file:token" },
  }, { file: file.path, args: WATCH });
  const [port] = passthru.ports as [number];
  assertEquals(await ask(port, "b"), "other");
  const line = await reloaded(
    passthru,
    () => Deno.writeTextFile(`${file.folder}/mine.ts`, module("b")),
  );
  assertEquals([line["msg"], line["changes"]], ["reloaded", "detectors"]);
  assertEquals(await ask(port, "b"), "mine");
  const admin = await adminPort(passthru);
  const asks = async (token: string) => {
    const headers = { authorization: `Bearer ${token}` };
    const url = `http://127.0.0.1:${admin}/api/state`;
    const response = await fetch(url, { headers });
    await response.body?.cancel();
    return response.status;
  };
  assertEquals([await asks(TOKENS[0]!), await asks(TOKENS[1]!)], [200, 401]);
  const token = await reloaded(
    passthru,
    () => Deno.writeTextFile(`${file.folder}/token`, TOKENS[1]!),
  );
  assertEquals([token["msg"], token["changes"]], ["reloaded", "none"]);
  assertEquals([await asks(TOKENS[0]!), await asks(TOKENS[1]!)], [401, 200]);
  const { generation } = await new AdminClient(admin).state();
  assertEquals(generation, 2, "a token ends no connection");
});

Deno.test("watch: what does not change is not read again", async () => {
  await using one = namedEcho("one");
  await using file = await configFile();
  const config = oneServer({ CATCHALL: forwardTo(one.address) });
  await using passthru = await startPassthru(config, {
    file: file.path,
    args: WATCH,
  });
  const line = await reloaded(passthru, () => Deno.utime(file.path, 1, 1));
  assertEquals([line["msg"], line["changes"]], ["reloaded", "none"]);
  const reloads = () => passthru.lines.filter(endsReload).length;
  const start = performance.now();
  // Two looks fit into that.
  await until("a while", () => performance.now() - start > 1_200 ? true : null);
  assertEquals(reloads(), 1);
});

Deno.test("watch: standard input is no file", async () => {
  const { code, stderr } = await runPassthru(["-c", "-", "--watch"]);
  assertEquals(code, 2);
  assertMatch(stderr, /"--watch" needs a config file: found standard input/);
});
