import { assert, assertEquals } from "@std/assert";
import { loadConfig } from "../../../src/config/load.ts";
import { ALL_DETECTORS } from "../../support/all_detectors.ts";
import { loadFiles, saidOf } from "../../support/included.ts";
import { bytesOf } from "../../support/tcp.ts";

const MAIN = `{
  "version": "v1.0.0",
  "include": ["a.d/*.jsonc"],
  "servers": {
    ":443": {
      "options": { "max_connections": 5 },
      "TLS": { "SNI main.example": "127.0.0.1:1" }
    }
  }
}`;

/** A config without servers of its own. */
const BARE = `{ "version": "v1.0.0", "include": ["x", "y"] }`;

Deno.test("include: files add servers, protocols, rules, detectors and expectations", () => {
  const loaded = loadFiles(MAIN, [{
    "a.jsonc": `{
      "servers": {
        ":443": {
          "options": { "backlog": 7 },
          "TLS": { "SNI a.example": "127.0.0.1:2" },
          "SSH": "127.0.0.1:22"
        },
        ":444": { "MINE": "127.0.0.1:3" }
      },
      "detectors": { "MINE": { "prefix": "hello" } }
    }`,
    "b.jsonc": `{
      "version": "v1.0.0",
      "servers": { ":443": { "TLS": { "SNI b.example": "127.0.0.1:4" } } },
      "expect": [{
        "server": ":443",
        "hello": { "sni": "b.example" },
        "target": "127.0.0.1:4"
      }]
    }`,
  }]);
  assertEquals(saidOf(loaded), []);
  const [https, other] = loaded.plan!.listeners;
  assertEquals(https!.backlog, 7);
  assertEquals(https!.limits.maxConnections, 5);
  assertEquals(https!.protocols.map(({ protocol }) => protocol), [
    "TLS",
    "SSH",
  ]);
  assertEquals(https!.protocols[0]!.rules.map(({ text }) => text), [
    "SNI main.example",
    "SNI a.example",
    "SNI b.example",
  ]);
  assertEquals(other!.address.text, ":444");
  assertEquals(loaded.plan!.detectors.map(({ name }) => name), ["MINE"]);
  assertEquals(loaded.expectations.length, 1);
});

Deno.test("include: a config of several files is the same as one of one file", () => {
  const split = loadFiles(BARE, [
    {
      "x": `{ "servers": { ":1": { "TLS": { "SNI x.example": "[::1]:9" } } } }`,
    },
    {
      "y": `{ "servers": { ":1": { "TLS": { "SNI y.example": "[::1]:8" } } } }`,
    },
  ]);
  const whole = loadConfig(
    "whole.jsonc",
    bytesOf(`{
      "version": "v1.0.0",
      "servers": { ":1": { "TLS": {
        "SNI x.example": "[::1]:9", "SNI y.example": "[::1]:8"
      } } }
    }`),
    ALL_DETECTORS,
  );
  assert(whole.plan);
  assertEquals(split.plan, whole.plan);
});

Deno.test("include: what stands twice is an error with both places", () => {
  const loaded = loadFiles(MAIN, [{
    "a.jsonc": `{ "servers": { ":443": {
  "options": { "max_connections": 6 },
  "TLS": { "SNI main.example": "127.0.0.1:2", "SNI x.example ALPN h2": "127.0.0.1:3" }
} },
"detectors": { "MINE": { "prefix": "a" } } }`,
    "b.jsonc": `{ "servers": { ":443": {
  "TLS": { "ALPN h2 SNI X.example": "127.0.0.1:4" }
}, "0.0.0.0:443": { "SSH": "127.0.0.1:22" } },
"detectors": { "MINE": { "prefix": "b" } } }`,
  }]);
  assertEquals(saidOf(loaded), [
    'a.jsonc:2:16: Option "max_connections" of server ":443" is in two files: expected it in one [main.jsonc:6:20: the other one is here]',
    'a.jsonc:3:12: Rule "SNI main.example" of TLS is in two files: expected it in one [main.jsonc:7:16: the other one is here]',
    'b.jsonc:2:12: Rule "ALPN h2 SNI X.example" can never win: another rule has the same conditions [a.jsonc:3:47: the same conditions are here]',
    'b.jsonc:3:4: Listener "0.0.0.0:443" overlaps ":443": only one of them can have port 443 [main.jsonc:5:5: the other listener is here]',
    'b.jsonc:4:16: Detector "MINE" is in two files: expected it in one [a.jsonc:5:16: the other one is here]',
  ]);
  assertEquals(loaded.plan, null);
});

Deno.test("include: what belongs in the config is an error in a file that it includes", () => {
  const loaded = loadFiles(MAIN, [{
    "a.jsonc": `{
  "admin": { "listen": "127.0.0.1:1" },
  "include": ["b.jsonc"],
  "serves": {},
  "version": "v9.0.0"
}`,
    "b.jsonc": `[]`,
    "c.jsonc": ``,
    "d.jsonc": `{ "servers": { ":443": { "TLS": 5 } } `,
    "e.jsonc": `{ "servers": { ":443": { "TLS": 5 } } }`,
    "f.jsonc": `{ "servers": 7, "detectors": [] }`,
  }]);
  const fields = "$schema, version, servers, detectors or expect";
  assertEquals(saidOf(loaded), [
    `a.jsonc:2:3: Field "admin" belongs in the config that includes this file: expected ${fields}`,
    `a.jsonc:3:3: Field "include" belongs in the config that includes this file: expected ${fields}`,
    `a.jsonc:4:3: Unknown field "serves": expected ${fields} (did you mean "servers"?)`,
    "a.jsonc:5:14: Config version v9.0.0 is too new for this passthru: expected v0.2.0 or v1.0.0",
    'b.jsonc:1:1: Invalid config: found an array, expected an object with "servers"',
    'c.jsonc:1:1: The file is empty: expected an object with "servers"',
    'd.jsonc:1:39: Expected "}": an object is not closed',
    'e.jsonc:1:33: Invalid value of "TLS": found 5, expected an object of rules or an address such as "127.0.0.1:22"',
    'f.jsonc:1:14: Invalid value of "servers": found 7, expected an object such as { ":443": { "SSH": "127.0.0.1:22" } }',
    'f.jsonc:1:30: Invalid value of "detectors": found an array, expected an object such as { "GREETER": { "prefix": "HELLO " } }',
  ]);
});

Deno.test("include: somebody has to have servers", () => {
  assertEquals(saidOf(loadFiles(BARE, [{ "x": "{}" }, {}])), [
    "main.jsonc:1:1: No servers: expected at least one address to listen on",
  ]);
  assertEquals(saidOf(loadFiles(BARE, [{}, {}])), [
    'main.jsonc:1:1: Missing field "servers"',
  ]);
});

Deno.test("include: what cannot be read is an error at the entry", () => {
  const main = `{ "version": "v1.0.0", "include": ["x", { "files": "y" }],
  "servers": { ":1": { "SSH": "127.0.0.1:22" } } }`;
  const loaded = loadFiles(main, [
    { "x": { problem: "no such file" } },
    { "x": "{}", "z": "{}" },
  ]);
  assertEquals(saidOf(loaded), [
    'main.jsonc:1:36: Cannot include "x": no such file',
    'main.jsonc:1:52: File "x" is included twice: expected it in one entry [main.jsonc:1:36: the other entry is here]',
  ]);
});

Deno.test("include: what is no path is an error", () => {
  const main = `{ "version": "v1.0.0",
  "include": [
    "", "a/", "a*/b.jsonc", "..", "a\\nb",
    5,
    { "files": "x", "with": 1 },
    { "within": {} },
    { "files": "y", "within": { "listeners": [], "to": "x" } }
  ],
  "servers": { ":1": { "SSH": "127.0.0.1:22" } } }`;
  const loaded = loadFiles(main);
  const expected = 'expected a path such as "routes.d/*.jsonc"';
  assertEquals(saidOf(loaded), [
    `main.jsonc:3:5: Invalid path "" in "include": it is empty, ${expected}`,
    `main.jsonc:3:9: Invalid path "a/" in "include": it is a directory, ${expected}`,
    `main.jsonc:3:15: Invalid path "a*/b.jsonc" in "include": a wildcard can only be in the last part, ${expected}`,
    `main.jsonc:3:29: Invalid path ".." in "include": it is a directory, ${expected}`,
    `main.jsonc:3:35: Invalid path "a\\nb" in "include": it contains control characters, ${expected}`,
    `main.jsonc:4:5: Invalid entry of "include": found 5, expected a path such as "routes.d/*.jsonc", or an object with "files"`,
    'main.jsonc:5:21: Unknown field "with": expected files, within or on_error (did you mean "within"?)',
    'main.jsonc:6:5: Missing field "files" of "include": expected a field such as "files": "routes.d/*.jsonc"',
    'main.jsonc:6:17: Missing field "listeners" of "within"',
    'main.jsonc:6:17: Missing field "to" of "within"',
    'main.jsonc:7:46: Invalid value of "listeners": found an empty list, expected at least one server',
    'main.jsonc:7:56: Invalid value of "to": found "x", expected at least one target',
  ]);
});

Deno.test("include: a file alone may stand there without a list", () => {
  const main = `{ "version": "v1.0.0", "include": "x" }`;
  const x = `{ "servers": { ":1": { "SSH": "127.0.0.1:22" } } }`;
  assertEquals(saidOf(loadFiles(main, [{ x }])), []);
});

Deno.test("include: there are bounds for the number of files and their bytes", () => {
  const names = Array.from({ length: 1_001 }, (_, index) => `f${index}`);
  const files = Object.fromEntries(names.map((name) => [name, "{}"]));
  const many = loadFiles(MAIN, [files]);
  assertEquals(saidOf(many), [
    'main.jsonc:3:15: Cannot include "f1000": the config has more than 1000 of them',
  ]);
  const long = `{}${" ".repeat(6_000_000)}`;
  const large = loadFiles(MAIN, [{ a: long, b: long, c: long }]);
  assertEquals(saidOf(large), [
    'main.jsonc:3:15: Cannot include "c": all files together have more than 16777216 bytes',
  ]);
  const deep = loadFiles(MAIN, [{ a: "[".repeat(10_000) }]);
  assertEquals(saidOf(deep), [
    "a:1:33: Nested too deep: expected at most 32 levels",
  ]);
});

Deno.test("include: one file alone cannot include others", () => {
  const { plan, diagnostics } = loadConfig(
    "x",
    bytesOf(MAIN),
    ALL_DETECTORS,
  );
  assertEquals(plan, null);
  assertEquals(diagnostics.map(({ message }) => message), [
    'Cannot include "a.d/*.jsonc": files are not included here',
  ]);
});
