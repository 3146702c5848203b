/** FROM with addresses that stand in files. */
import { assert, assertEquals } from "@std/assert";
import { describeChanges } from "../../src/config/changes.ts";
import { Router } from "../../src/proxy/router.ts";
import { Connection } from "../../src/rule/connection.ts";
import { ALL_DETECTORS } from "../support/all_detectors.ts";
import {
  documentsOf,
  type FakeFiles,
  loadFiles,
  saidOf,
} from "../support/included.ts";

/** A config whose SSH has these rules, each with a port of its own. */
function ssh(...rules: string[]): string {
  const all = rules.map((rule, index) => [rule, `127.0.0.1:${index + 1}`]);
  const server = { SSH: Object.fromEntries(all) };
  return JSON.stringify({ version: "v1.0.0", servers: { ":22": server } });
}

/** The rule that a client gets. */
function ruleFor(main: string, values: FakeFiles, client: string) {
  const loaded = loadFiles(main, [], values);
  assertEquals(saidOf(loaded), []);
  const router = new Router(loaded.plan!.listeners[0]!, ALL_DETECTORS);
  return router.route(0, {}, new Connection(client, null))?.rule ?? null;
}

Deno.test("FROM of a file: the addresses are on its lines, the rule keeps its text", () => {
  const main = ssh(
    "FROM file:office.txt",
    "FROM 192.0.2.1,file:home.txt,file:office.txt SOFTWARE x",
    "!FROM file:all.txt",
  );
  const values = {
    "office.txt": "# the office\n10.0.0.0/8\n\n  fd00::/8\r\n",
    "home.txt": "192.0.2.7",
    "all.txt": "10.0.0.0/8\n192.0.2.0/24\nfd00::/8\n",
  };
  const rule = (client: string) => ruleFor(main, values, client);
  assertEquals(rule("10.1.2.3"), "SSH/FROM file:office.txt");
  assertEquals(rule("fd00::1"), "SSH/FROM file:office.txt");
  assertEquals(rule("198.51.100.1"), "SSH/!FROM file:all.txt");
  assertEquals(rule("192.0.2.7"), null);
  const { plan } = loadFiles(main, [], values);
  const [, several] = plan!.listeners[0]!.protocols[0]!.rules;
  assertEquals(
    several!.text,
    "FROM 192.0.2.1,file:home.txt,file:office.txt SOFTWARE x",
  );
  assertEquals(
    several!.conditions[0]!.value,
    "192.0.2.1,192.0.2.7,10.0.0.0/8,fd00::/8",
  );
});

Deno.test("FROM of a file: the documents name the files, each once", () => {
  const main = ssh("FROM file:a,10.0.0.1,file:b", "!FROM file:b", "SOFTWARE f");
  const paths = documentsOf(main).values().map(({ path }) => path);
  assertEquals(paths, ["a", "b"]);
});

Deno.test("FROM of a file: what is wrong is said at its place", () => {
  const main = ssh("FROM file:a");
  const said = (a: FakeFiles[string]) => saidOf(loadFiles(main, [], { a }));
  assertEquals(said("10.0.0.0/8\n10.0.0.1/8\nhome\n"), [
    'a:2:1: Invalid address "10.0.0.1/8" of "FROM": it has bits set after the prefix, expected a block such as "10.0.0.0/8" (did you mean "10.0.0.0/8"?)',
    'a:3:1: Invalid address "home" of "FROM": "home" is not an IP address, expected a block such as "10.0.0.0/8"',
  ]);
  assertEquals(said(" \n# none\n"), [
    'main.jsonc:1:52: File "a" has no value: expected a value on each line',
  ]);
  assertEquals(said({ problem: "no such file" }), [
    'main.jsonc:1:52: Cannot use value "file:a": no such file',
  ]);
  assertEquals(said("0.0.0.0/0\n::/0").length, 1);
  assertEquals(saidOf(loadFiles(ssh("FROM file:"), [])), [
    'main.jsonc:1:52: Cannot use value "file:": expected a path',
  ]);
  // A text that only looks so is none.
  const other = ssh("SOFTWARE file:a");
  assertEquals(documentsOf(other).values(), []);
});

Deno.test("FROM of a file: a file with bounds cannot name one", () => {
  const main = `{ "version": "v1.0.0", "include": [
    { "files": "f", "within": { "listeners": [":1"], "to": ["10.0.0.0/8"] } }
  ], "servers": { ":1": {} } }`;
  const f =
    `{ "servers": { ":1": { "SSH": { "FROM file:x": "10.0.0.1:22" } } } }`;
  const documents = documentsOf(main, [{ f }], { x: "10.0.0.1" });
  assertEquals(documents.values(), []);
  assertEquals(saidOf(loadFiles(main, [{ f }], { x: "10.0.0.1" })), [
    'f:1:39: Cannot use value "file:x": a file with bounds has no values in other files',
  ]);
});

Deno.test("FROM of a file: other addresses are a change of the rule", () => {
  const main = ssh("FROM file:a", "!FROM file:b");
  const planOf = (a: string) => {
    const { plan } = loadFiles(main, [], { a, b: "10.0.0.1" });
    assert(plan);
    return plan;
  };
  assertEquals(describeChanges(planOf("10.0.0.2"), planOf("10.0.0.3")), [
    ":22 SSH/FROM file:a: other addresses",
  ]);
  assertEquals(describeChanges(planOf("10.0.0.2"), planOf(" 10.0.0.2\n")), []);
});
