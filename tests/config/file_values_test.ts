import { assert, assertEquals } from "@std/assert";
import {
  ConfigDocuments,
  loadConfig,
  loadDocuments,
} from "../../src/config/load.ts";
import { routesOf } from "../../src/config/routes.ts";
import { targetList } from "../../src/config/targets.ts";
import { ALL_DETECTORS } from "../support/all_detectors.ts";
import { type FakeFiles, loadFiles, saidOf } from "../support/included.ts";
import { bytesOf } from "../support/tcp.ts";

/** A config with a server that forwards SSH as given, and fields at its top. */
function ssh(target: string, top = ""): string {
  return `{ "version": "v1.0.0", ${top} "servers": { ":22": { "SSH": ${target} } } }`;
}

/** What is said of a config, and the targets of its routes. */
function load(main: string, values: FakeFiles = {}) {
  const loaded = loadFiles(main, [], values);
  const routes = (loaded.plan?.listeners ?? []).flatMap(routesOf);
  return {
    plan: loaded.plan,
    said: saidOf(loaded),
    targets: routes.flatMap((route) =>
      route.action === "FORWARD" ? targetList(route) : []
    ),
  };
}

Deno.test("file values: a target is what stands in a file, in every form that it may have", () => {
  const forms: [target: string, targets: string[]][] = [
    ['"file:one"', ["10.0.0.1:22"]],
    ['{ "CATCHALL": "file:one" }', ["10.0.0.1:22"]],
    ['{ "CATCHALL": { "action": "FORWARD", "to_addr": "file:one" } }', [
      "10.0.0.1:22",
    ]],
    [
      '{ "CATCHALL": { "action": "FORWARD", "to_addr": ["file:two", "[::1]:9"] } }',
      [
        "10.0.0.2:22",
        "10.0.0.3:22",
        "[::1]:9",
      ],
    ],
    [
      '{ "CATCHALL": { "action": "FORWARD", "to_addr": [{ "addr": "file:one", "weight": 3 }, "[::1]:9"] } }',
      ["10.0.0.1:22 (weight 3)", "[::1]:9"],
    ],
    ['"file:sock"', ["unix:/run/a.sock"]],
  ];
  const values = {
    one: "10.0.0.1:22\n",
    two: "# the backends\r\n10.0.0.2:22\r\n\r\n  10.0.0.3:22  ",
    sock: "\n  unix:/run/a.sock\n\n",
  };
  for (const [form, targets] of forms) {
    const loaded = load(ssh(form), values);
    assertEquals(loaded.said, [], form);
    assertEquals(loaded.targets, targets, form);
  }
});

Deno.test("file values: lists of addresses may have a file with one on each line", () => {
  const options = `{
    "allow": ["file:allow", "192.0.2.9"], "deny": ["file:deny"],
    "accept_proxy": { "from": ["file:from"] } }`;
  const { plan, said } = load(
    `{ "version": "v1.0.0", "resolver": ["file:dns"], "defaults": ${options},
      "servers": { ":1": { "SSH": "[::1]:22" }, ":2": { "options": ${options}, "SSH": "[::1]:22" } } }`,
    {
      allow: "10.0.0.0/8\n# more\nfd00::/8\n",
      deny: "10.1.0.0/16",
      from: "10.2.0.0/16\n10.3.0.0/16",
      dns: "10.0.0.53:53\n10.0.1.53:53\n",
    },
  );
  assertEquals(said, []);
  for (const { limits, acceptProxy } of plan!.listeners) {
    assertEquals(limits, {
      allow: ["10.0.0.0/8", "fd00::/8", "192.0.2.9/32"],
      deny: ["10.1.0.0/16"],
    });
    assertEquals(acceptProxy!.from, ["10.2.0.0/16", "10.3.0.0/16"]);
  }
  assertEquals(plan!.resolver!.map(({ text }) => text), [
    "10.0.0.53:53",
    "10.0.1.53:53",
  ]);
});

Deno.test("file values: a host that is called file is no such value", () => {
  assertEquals(load(ssh('"file:80"')).targets, ["file:80"]);
  const values = { "./80": "10.0.0.1:80" };
  assertEquals(load(ssh('"file:./80"'), values).targets, ["10.0.0.1:80"]);
});

Deno.test("file values: nothing else is one, and what a file has is not read again", () => {
  const named = load(
    `{ "version": "v1.0.0", "servers": { ":1": { "TLS": {
      "SNI a.example": { "action": "FORWARD", "to_addr": "10.0.0.1:1", "name": "file:x" },
      "ALPN file:x": "10.0.0.1:2"
    } } } }`,
  );
  assertEquals(named.said, []);
  const key = load(`{ "version": "v1.0.0", "servers": { "file:x": {} } }`);
  assert(key.said[0]!.includes('Invalid listening address "file:x"'));
  const again = load(ssh('"file:a"'), { a: "file:b", b: "10.0.0.1:1" });
  assertEquals(again.said.length, 1);
  assert(again.said[0]!.startsWith('a:1:1: Invalid target "file:b"'));
  const json = load(ssh('"file:a"'), {
    a: '10.0.0.1:1" }, "CATCHALL": { "CATCHALL": "10.0.0.2:2',
  });
  assertEquals(json.said.length, 1);
  assert(json.said[0]!.startsWith('a:1:1: Invalid target "10.0.0.1:1\\" }'));
});

Deno.test("file values: what is wrong in a file is said at its place there", () => {
  const { said } = load(
    ssh(
      '{ "CATCHALL": { "action": "FORWARD", "to_addr": ["file:targets"] } }',
      '"defaults": { "deny": ["file:deny"] },',
    ),
    { targets: "10.0.0.1:22\n  10.0.0.2\n", deny: "#\n10.0.0.1/8" },
  );
  assertEquals(said.map((line) => line.split(", expected")[0]), [
    'deny:2:1: Invalid address "10.0.0.1/8" in "deny": it has bits set after the prefix',
    'targets:2:3: Invalid target "10.0.0.2": the port is missing',
  ]);
});

Deno.test("file values: a file that has no value, or that cannot be read, is an error where it is named", () => {
  const table: [value: string, values: FakeFiles, said: string][] = [
    ["file:x", {}, 'Cannot use value "file:x": no such file'],
    [
      "file:x",
      { x: "" },
      'File "x" has no value: expected one line with the value',
    ],
    [
      "file:x",
      { x: " \n\t\n" },
      'File "x" has no value: expected one line with the value',
    ],
    [
      "file:x",
      { x: "a:1\nb:2" },
      'File "x" has 2 lines, and here is place for one value: expected one line with the value',
    ],
    ["file:", {}, 'Cannot use value "file:": expected a path'],
    ["file:a\\nb", {}, 'Cannot use value "file:a\\nb": expected a path'],
    [
      "file:x",
      { x: { problem: "it is a directory" } },
      'Cannot use value "file:x": it is a directory',
    ],
  ];
  for (const [value, values, expected] of table) {
    const { said, plan } = load(ssh(`"${value}"`), values);
    assertEquals(said, [`main.jsonc:1:54: ${expected}`]);
    assertEquals(plan, null);
  }
  const list = load(
    ssh('"[::1]:23"', '"defaults": { "allow": ["file:x"] },'),
    { x: "# nobody\n" },
  );
  assertEquals(list.said, [
    'main.jsonc:1:48: File "x" has no value: expected a value on each line',
  ]);
});

Deno.test("file values: bytes that are no text, and files that are many or large", () => {
  const documents = new ConfigDocuments(
    "main.jsonc",
    bytesOf(ssh('"file:x"')),
  );
  const bytes = Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff);
  documents.giveValues(() => ({ file: "x", bytes }));
  assertEquals(saidOf(loadDocuments(documents, ALL_DETECTORS)), [
    'main.jsonc:1:54: Cannot use value "file:x": the file is not valid UTF-8',
  ]);
  const large = "#" + "x".repeat(9_000_000) + "\n10.0.0.1:1";
  const { said } = load(
    ssh(
      '{ "CATCHALL": { "action": "FORWARD", "to_addr": ["file:a", "file:b"] } }',
    ),
    { a: large, b: large },
  );
  assertEquals(said, [
    'main.jsonc:1:113: Cannot use value "file:b": all such files together have more than 16777216 bytes',
  ]);
});

Deno.test("file values: those of an included file belong to it, and one with bounds has none", () => {
  const main = `{ "version": "v1.0.0", "include": ["t", { "files": "b",
    "within": { "listeners": [":1"], "to": ["10.0.0.0/8"] } }], "servers": { ":1": {} } }`;
  const trusted = { t: `{ "servers": { ":1": { "SSH": "file:x" } } }` };
  const bounded = { b: `{ "servers": { ":1": { "MQTT": "file:x" } } }` };
  const x = { x: "10.0.0.1:1" };
  // Who has bounds does not decide what is read.
  const documents = new ConfigDocuments("main.jsonc", bytesOf(main));
  documents.entries.forEach((entry, index) => {
    const [file, text] = Object.entries([trusted, bounded][index]!)[0]!;
    documents.add(entry, [{ file, bytes: bytesOf(text) }]);
  });
  assertEquals(documents.values(), [{ path: "x", from: "t" }]);
  assertEquals(saidOf(loadFiles(main, [trusted], x)), []);
  assertEquals(saidOf(loadFiles(main, [trusted, bounded], x)), [
    'b:1:32: Cannot use value "file:x": a file with bounds has no values in other files',
  ]);
});

Deno.test("file values: there are not more than a thousand files", () => {
  const names = Array.from({ length: 1_001 }, (_, i) => `f${i}`);
  const deny = JSON.stringify(names.map((name) => `file:${name}`));
  const values = Object.fromEntries(names.map((name) => [name, "10.0.0.1"]));
  const { said } = load(
    ssh('"10.0.0.1:22"', `"defaults": { "deny": ${deny} },`),
    values,
  );
  assertEquals(said.map((line) => line.replace(/^\S+ /, "")), [
    'Cannot use value "file:f1000": the config has more than 1000 of them',
  ]);
});

Deno.test("file values: a config alone reads none", () => {
  const bytes = bytesOf(ssh('"file:x"'));
  const { diagnostics } = loadConfig("x", bytes, ALL_DETECTORS);
  assertEquals(diagnostics.map(({ message }) => message), [
    'Cannot use value "file:x": files are not read here',
  ]);
});
