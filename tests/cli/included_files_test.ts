/** The files that a config names, as the commands read them. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { runCli } from "../support/cli.ts";
import { type ConfigFile, configFile } from "../support/config_file.ts";

const MAIN = {
  version: "v1.0.0",
  include: ["routes.d/*.jsonc"],
  servers: { "127.0.0.1:8443": { TLS: { "SNI a.example": "127.0.0.1:1" } } },
};
const GOOD = rule("SNI b.example");

/** A file with a rule of TLS. */
function rule(text: string): string {
  const target = "127.0.0.1:2";
  return JSON.stringify({
    servers: { "127.0.0.1:8443": { TLS: { [text]: target } } },
  });
}

/** A config with files beside it. */
async function withFiles(
  main: unknown,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<ConfigFile> {
  const config = await configFile(main);
  await Deno.mkdir(`${config.folder}/routes.d`);
  for (const [name, content] of Object.entries(files)) {
    const path = `${config.folder}/${name}`;
    if (typeof content === "string") await Deno.writeTextFile(path, content);
    else await Deno.writeFile(path, content);
  }
  return config;
}

/** What `check` says of a config, with its folder as `DIR`. */
async function checked(config: ConfigFile): Promise<string> {
  const { code, stdout, stderr } = await runCli("check", config.path);
  assertEquals(code, stderr.includes(": error: ") ? 78 : 0, stderr);
  return (stderr + stdout).replaceAll(config.folder, "DIR");
}

/** The errors of a config, each without the lines that show its place. */
async function errorsOf(config: ConfigFile): Promise<string[]> {
  const said = await checked(config);
  return said.split("\n").filter((line) => line.includes(": error: "));
}

Deno.test("included files: in the order of their names; hidden ones and backups are none", async () => {
  await using config = await withFiles(MAIN, {
    "routes.d/20-b.jsonc": rule("SNI *.b.example ALPN h2"),
    "routes.d/10-a.jsonc": rule("SNI *.a.example ALPN h2"),
    "routes.d/100-c.jsonc": rule("SNI *.c.example ALPN h2"),
    "routes.d/.30.jsonc": "broken",
    "routes.d/30.jsonc~": "broken",
    "routes.d/30.jsonc.swp": "broken",
    "routes.d/#30.jsonc#": "broken",
    "routes.d/30.txt": "broken",
  });
  const said = await checked(config);
  const order = [...said.matchAll(/\*\.(.)\.example/g)].map(([, name]) => name);
  // Code units: "10-a" is before "100-c".
  assertEquals(order, ["a", "c", "b"]);
});

Deno.test("included files: an error names the file, its line and its column", async () => {
  await using config = await withFiles(MAIN, {
    "routes.d/a.jsonc": GOOD.replace("127.0.0.1:2", "127.0.0.1"),
    "routes.d/b.jsonc": rule("SNI a.example"),
  });
  const said = await checked(config);
  assertMatch(
    said,
    /^DIR\/routes\.d\/a\.jsonc:1:54: error: Invalid target "127\.0\.0\.1": the port is missing/m,
  );
  assertMatch(
    said,
    /^DIR\/routes\.d\/b\.jsonc:1:38: error: Rule "SNI a\.example" of TLS is in two files: expected it in one\n.*\n.*\^+\nDIR\/passthru\.jsonc:9:9: the other one is here\n {4}9 \|/m,
  );
  assertMatch(said, /^DIR\/passthru\.jsonc: 2 errors$/m);
});

Deno.test("included files: a pattern without files is a note, a file that is not there is an error", async () => {
  await using config = await withFiles({
    ...MAIN,
    include: ["x.d/*", "*.d/y"],
  });
  assertEquals((await errorsOf(config)).length, 1);
  await config.write({ ...MAIN, include: ["x.d/*.jsonc", "routes.d/*"] });
  const said = await checked(config);
  assertMatch(said, /note: No file fits "x\.d\/\*\.jsonc"/);
  assertMatch(said, /note: No file fits "routes\.d\/\*"/);
  await config.write({ ...MAIN, include: ["routes.d/a.jsonc"] });
  assertEquals(await errorsOf(config), [
    'DIR/passthru.jsonc:4:5: error: Cannot include "DIR/routes.d/a.jsonc": no such file',
  ]);
});

Deno.test("included files: the config does not include itself", async () => {
  await using config = await withFiles({ ...MAIN, include: ["*.jsonc"] }, {
    "more.jsonc": GOOD,
  });
  assertMatch(await checked(config), /OK, .* 2 routes/);
  await config.write({ ...MAIN, include: ["passthru.jsonc"] });
  assertMatch(
    (await errorsOf(config)).join(),
    /Cannot include "DIR\/passthru\.jsonc": it is the config itself/,
  );
});

Deno.test("included files: what is no regular file, too large, or has a name that cannot be shown", async () => {
  await using config = await withFiles(MAIN, {
    "routes.d/large.jsonc": new Uint8Array(10 * 1024 * 1024),
    "routes.d/binary.jsonc": Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0, 0xff),
    "routes.d/\x1b[2J\n.jsonc": GOOD,
    "routes.d/\u202egood.jsonc": GOOD,
    "routes.d/cyclic.jsonc": `{ "include": ["cyclic.jsonc", "../*.jsonc"] }`,
    "routes.d/deep.jsonc": "[".repeat(100_000),
  });
  await Deno.mkdir(`${config.folder}/routes.d/folder.jsonc`);
  const fifo = new Deno.Command("mkfifo", {
    args: [`${config.folder}/routes.d/fifo.jsonc`],
  });
  assert((await fifo.output()).success);
  const errors = await errorsOf(config);
  assertEquals(errors, [
    'DIR/passthru.jsonc:4:5: error: Cannot include "DIR/routes.d/··[2J··.jsonc": its name has characters that cannot be shown'
      .replace("··[2J··", "·[2J·"),
    'DIR/passthru.jsonc:4:5: error: Cannot include "DIR/routes.d/fifo.jsonc": it is not a regular file',
    'DIR/passthru.jsonc:4:5: error: Cannot include "DIR/routes.d/folder.jsonc": it is a directory',
    'DIR/passthru.jsonc:4:5: error: Cannot include "DIR/routes.d/large.jsonc": it has 10485760 bytes, expected at most 8388608',
    'DIR/passthru.jsonc:4:5: error: Cannot include "DIR/routes.d/·good.jsonc": its name has characters that cannot be shown',
    "DIR/routes.d/binary.jsonc:1:6: error: The file is not valid UTF-8",
    'DIR/routes.d/cyclic.jsonc:1:3: error: Field "include" belongs in the config that includes this file: expected $schema, version, servers, detectors or expect',
    "DIR/routes.d/deep.jsonc:1:33: error: Nested too deep: expected at most 32 levels",
  ]);
});

Deno.test("included files: no link leads a pattern out of its folder and that of the config", async () => {
  await using config = await withFiles(MAIN, { "available.jsonc": GOOD });
  await using other = await withFiles("not a config");
  const link = `${config.folder}/routes.d/link.jsonc`;
  // As those in sites-enabled, and as Kubernetes mounts a ConfigMap.
  await Deno.symlink("../available.jsonc", link);
  assertEquals(await errorsOf(config), []);
  await Deno.remove(link);
  await Deno.mkdir(`${config.folder}/routes.d/..2026`);
  await Deno.writeTextFile(`${config.folder}/routes.d/..2026/link.jsonc`, GOOD);
  await Deno.symlink("..2026", `${config.folder}/routes.d/..data`);
  await Deno.symlink("..data/link.jsonc", link);
  assertEquals(await errorsOf(config), []);
  await Deno.remove(link);
  await Deno.symlink(other.path, link);
  const away =
    'DIR/passthru.jsonc:4:5: error: Cannot include "DIR/routes.d/link.jsonc": it is a symbolic link that leads out of the folder, and of the folder of the config: name such a file without a wildcard';
  const escaped = await checked(config);
  assert(escaped.includes(away), escaped);
  // Nothing of the file is shown.
  assert(!escaped.includes("not a config"));
  await Deno.remove(link);
  await Deno.symlink("..", `${config.folder}/up`);
  const folder = other.folder.split("/").at(-1);
  await Deno.symlink(`../up/${folder}/passthru.jsonc`, link);
  assertEquals(await errorsOf(config), [away]);
  await Deno.remove(link);
  await Deno.symlink("nothing", link);
  assertMatch((await errorsOf(config)).join(), /link that leads nowhere$/);
  await Deno.remove(link);
  await Deno.symlink("link.jsonc", link);
  assertMatch((await errorsOf(config)).join(), /Cannot include/);
});

Deno.test("included files: the operator may name a file anywhere, but a file with bounds is no link", async () => {
  await using other = await withFiles(GOOD);
  await using config = await withFiles({ ...MAIN, include: [other.path] });
  assertEquals(await errorsOf(config), []);
  const up = `../${other.folder.split("/").at(-1)}/passthru.jsonc`;
  await config.write({ ...MAIN, include: [up] });
  assertEquals(await errorsOf(config), []);
  await Deno.symlink(other.path, `${config.folder}/link.jsonc`);
  await config.write({ ...MAIN, include: ["link.jsonc"] });
  assertEquals(await errorsOf(config), []);
  const within = { listeners: ["127.0.0.1:8443"], to: ["127.0.0.1"] };
  for (const files of ["link.jsonc", "l*.jsonc"]) {
    const bounded = { files, within, on_error: "fail" };
    await config.write({ ...MAIN, include: [bounded] });
    assertMatch(
      (await errorsOf(config)).join(),
      /Cannot include "DIR\/link\.jsonc": it is a symbolic link, which a file with "within" cannot be/,
    );
  }
});

Deno.test("included files: a value in a file is shown where it is used", async () => {
  const servers = { "127.0.0.1:0": { SSH: "file:ssh.addr" } };
  await using config = await withFiles({ version: "v1.0.0", servers }, {
    "ssh.addr": "10.0.0.1:22\n",
  });
  assertMatch(await checked(config), /SSH +CATCHALL +FORWARD +10\.0\.0\.1:22/);
  const hex = "5353482d322e302d780d0a";
  const { stdout } = await runCli("explain", "-c", config.path, "--hex", hex);
  assertMatch(stdout, /10\.0\.0\.1:22/);
  await Deno.writeTextFile(`${config.folder}/ssh.addr`, "10.0.0.1\n");
  const [error] = await errorsOf(config);
  assertMatch(
    error!,
    /^DIR\/ssh\.addr:1:1: error: Invalid target "10\.0\.0\.1"/,
  );
  await Deno.remove(`${config.folder}/ssh.addr`);
  await Deno.mkdir(`${config.folder}/ssh.addr`);
  assertEquals(await errorsOf(config), [
    'DIR/passthru.jsonc:5:14: error: Cannot use value "file:ssh.addr": it is a directory',
  ]);
});

Deno.test("included files: the module of a detector is beside the file that names it", async () => {
  const module = `export default {
    name: "MINE", summary: "x", maxBytes: 1, rules: {},
    detect: () => ({ kind: "no" }),
  };`;
  await using config = await withFiles(MAIN, {
    "routes.d/mine.ts": module,
    "routes.d/a.jsonc": JSON.stringify({
      servers: { "127.0.0.1:8443": { MINE: "127.0.0.1:3" } },
      detectors: { MINE: { module: "./mine.ts" } },
    }),
  });
  assertMatch(await checked(config), /MINE +CATCHALL/);
});

Deno.test("included files: expectations of any file are tried on the whole config", async () => {
  const expect = [{ hello: { sni: "a.example" }, target: "127.0.0.1:9" }];
  await using config = await withFiles(MAIN, {
    "routes.d/a.jsonc": JSON.stringify({ expect }),
  });
  const [error] = await errorsOf(config);
  assertMatch(
    error!,
    /^DIR\/routes\.d\/a\.jsonc:1:\d+: error: Expectation failed: expected target "127\.0\.0\.1:9"/,
  );
});
