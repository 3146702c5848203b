/** No file and no client steers the terminal of who runs a command. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { escapeControls } from "../../src/observe/printable.ts";
import type { State } from "../../src/admin/api.ts";
import { fakeAdmin } from "../support/fake_admin.ts";
import { tempFolder } from "../support/daemon.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** ESC, the CSI of one character, a right-to-left override, DEL, a tag. */
const STEERING = "\x1b[31m\x9b31m\u202e\x7f\u{e0041}";
/** As an escape of JSON, and of YAML. */
const ESCAPED = String.raw`\u001b[31m\u009b31m\u202e\u007f\udb40\udc41`;

/** What a terminal obeys or hides, but for tabs and ends of lines. */
const OBEYED = /[^\P{Cc}\t\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** Runs the program; both streams as a terminal would get them. */
async function run(...args: string[]): Promise<{ code: number; text: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--allow-net", MAIN, ...args],
    clearEnv: true,
    env: { DENO_DIR: Deno.env.get("DENO_DIR") ?? "", NO_COLOR: "1", ...home() },
  }).output();
  const decoder = new TextDecoder("utf-8", { fatal: true });
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

function home(): Record<string, string> {
  const found = Deno.env.get("HOME");
  return found === undefined ? {} : { HOME: found };
}

/** A config with a text in every place that can have one. */
function config(text: string): string {
  return `{ "version": "v1${text}", "detectors": { "X${text}": {} },
    "servers": { ":1${text}": { "TLS${text}": "a${text}",
      "SSH": { "SOFTWARE ${text}": "x${text}" } } },
    "nope${text}": 1, "log": { "level": "${text}" } }`;
}

for (
  const [name, text] of [
    ["as.jsonc", config(STEERING)],
    ["escaped.jsonc", config(ESCAPED)],
  ] as const
) {
  Deno.test(`check: ${name} with control characters does not steer a terminal`, async () => {
    await using folder = await tempFolder();
    const file = `${folder.path}/${name}`;
    await Deno.writeTextFile(file, text);
    const { code, text: shown } = await run("check", file);
    assertEquals(code, 78);
    assert(!OBEYED.test(shown), JSON.stringify(shown));
    assertMatch(shown, /error: /);
  });
}

Deno.test("check: the rules of a good config do not steer a terminal", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/cfg.jsonc`;
  await Deno.writeTextFile(
    file,
    `{ "version": "v1.0.0", "servers": {
      ":1": { "POSTGRES": { "USER a\u202eb": "10.0.0.1:1" } } } }`,
  );
  const { code, text } = await run("check", file);
  assertEquals(code, 0);
  assert(!OBEYED.test(text), JSON.stringify(text));
  assertMatch(text, /USER a\\u202eb /);
});

Deno.test("scopes --json: the paths of a config do not steer a terminal", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/cfg.jsonc`;
  const path = "unix:/run/\u202ex.sock";
  const config = { version: "v1.0.0", servers: { ":1": { SSH: path } } };
  await Deno.writeTextFile(file, JSON.stringify(config));
  const { code, text } = await run("scopes", "--json", "-c", file);
  assertEquals(code, 0);
  assertMatch(text, /^[\x20-\x7e\n]+$/);
  assert(JSON.parse(text).net.includes(path));
});

Deno.test("import: the file of another program does not steer a terminal", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/routes.yml`;
  await Deno.writeTextFile(
    file,
    `tcp:
  routers:
    r:
      entryPoints: ["w${ESCAPED.replace(/\\u[d].*/, "")}"] # ${"\u202e"}
      rule: "HostSNI(\`a\`)"
      service: "s"
`,
  );
  const { code, text } = await run("import", file);
  assertEquals(code, 78);
  assert(!OBEYED.test(text), JSON.stringify(text));
  assertMatch(text, /--entrypoint w\\u001b/);
});

Deno.test("admin: answers are ASCII, so curl does not steer a terminal", async () => {
  await using admin = fakeAdmin();
  const facts = { user: `${STEERING}ü` };
  admin.source.stateNow = () => Promise.resolve({ facts } as unknown as State);
  const url = `http://127.0.0.1:${admin.port}/api/state`;
  const text = await (await fetch(url)).text();
  assertMatch(text, /^[\x20-\x7e]+$/);
  assertEquals(JSON.parse(text).facts, facts);
});

Deno.test("escapeControls: letters stay, and what is kept", () => {
  assertEquals(escapeControls("grün 日本 é\t\n"), "grün 日本 é\\u0009\\u000a");
  assertEquals(escapeControls("a\tb\nc\x1b", "\t\n"), "a\tb\nc\\u001b");
  assertEquals(escapeControls("\u{e0041}"), "\\udb40\\udc41");
});
