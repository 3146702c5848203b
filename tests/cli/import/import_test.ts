import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runCli } from "../../support/cli.ts";
import { tempFolder } from "../../support/daemon.ts";
import { PAGES } from "../../support/readme.ts";

const GOOD = `listen: ( { host: "127.0.0.1"; port: "4430"; } );
protocols: ( { name: "ssh"; host: "127.0.0.1"; port: "22"; } );
`;

Deno.test("import: the documentation shows an import as it is", async () => {
  const page = await Deno.readTextFile(PAGES.operations);
  const section = page.split("\n## Import\n")[1]!.split("\n### ")[0]!;
  const blocks = [...section.matchAll(/^```\w*\n(.*?)^```$/gms)];
  const [, original, config, messages] = blocks.map(([, text]) => text!);
  await using folder = await tempFolder();
  const file = `${folder.path}/sslh.cfg`;
  await Deno.writeTextFile(file, original!);
  const { code, stdout, stderr } = await runCli("import", file);
  const local = (text: string) => text.replaceAll(`${folder.path}/`, "");
  assertEquals(local(stdout), config!);
  assertEquals(local(stderr), messages!);
  assertEquals(code, 0);
});

Deno.test("import: what is no file is not read, and exits with 78", async () => {
  await using folder = await tempFolder();
  const path = (name: string) => `${folder.path}/${name}`;
  await new Deno.Command("mkfifo", { args: [path("pipe")] }).output();
  const file = 'expected a file, or "-" for standard input';
  for (
    const [name, expected] of [
      [folder.path, `it is a directory: ${file}`],
      [path("pipe"), `it is not a regular file: ${file}`],
      ["/dev/zero", `it is not a regular file: ${file}`],
      [path("absent"), "no such file"],
    ] as const
  ) {
    const { code, stdout, stderr } = await runCli("import", name);
    assertEquals([code, stdout, stderr], [
      78,
      "",
      `Cannot read "${name}": ${expected}\n`,
    ]);
  }
});

Deno.test("import: a format that the file does not look like is told first", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/sslh.cfg`;
  await Deno.writeTextFile(file, GOOD);
  for (const format of ["nginx", "haproxy", "caddy", "traefik"]) {
    const { code, stderr } = await runCli("import", file, "--format", format);
    assertEquals(code, 78);
    assertStringIncludes(
      stderr.split("\n")[0]!,
      "sslh.cfg:1:1: error: The file looks like a config or a command line of sslh: expected ",
    );
  }
});

Deno.test("import: --out writes a new file, which check accepts, and never an old one", async () => {
  await using folder = await tempFolder();
  const file = `${folder.path}/sslh.cfg`;
  const out = `${folder.path}/new.jsonc`;
  await Deno.writeTextFile(file, GOOD);
  const first = await runCli("import", file, "-o", out);
  assertEquals([first.code, first.stdout], [0, ""]);
  const written = await Deno.readTextFile(out);
  assertStringIncludes(written, '"SSH": "127.0.0.1:22"');
  assertEquals((await runCli("check", out)).code, 0);
  const second = await runCli("import", file, "--out", out);
  assertEquals(second.code, 1);
  assertStringIncludes(second.stderr, "the file exists already");
  assertEquals(await Deno.readTextFile(out), written);
});

Deno.test("import: a file that cannot be imported exits with 78 and writes nothing", async () => {
  await using folder = await tempFolder();
  const out = `${folder.path}/new.jsonc`;
  const cases: [string, string | Uint8Array<ArrayBuffer>, string][] = [
    ["sslh.cfg", "listen: (", 'sslh.cfg:1:9: error: There is no ")"'],
    ["sslh.cfg", "a: \x1b[31m;", "sslh.cfg:1:4: error: Invalid character"],
    ["x.txt", "hello\n", "x.txt:1:1: error: The file has no format"],
    [
      "sslh.cfg",
      "listen: ( );",
      "sslh.cfg:1:1: error: There is no protocol",
    ],
    ["x.cfg", " \n", "x.cfg:1:1: error: The file is empty: expected a config"],
    [
      "x.jsonc",
      '{ "version": "v1.0.0", "servers": {} }',
      "The file is a config of passthru already: expected",
    ],
    [
      "nginx.conf",
      "http { server { listen 80; location / { } } }",
      'This is a config of "http": expected one of "stream"',
    ],
    [
      "caddy.json",
      '{ "apps": { "http": { } } }',
      'There is no server to import in a layer 4 config of Caddy: expected "servers"',
    ],
    ["sslh.cfg", new Uint8Array([0xc0]), "the file is not valid UTF-8"],
    [
      "sslh.cfg",
      new Uint8Array([0x7f, 0x45, 0]),
      "the file is binary, with a zero byte at offset 2: expected text",
    ],
    ["sslh.cfg", new Uint8Array([0xff, 0xfe, 0x61, 0]), "UTF-16: expected"],
    [
      "sslh.cfg",
      "#".repeat(50 << 20),
      "it has 52428800 bytes, expected at most 8388608",
    ],
  ];
  for (const [name, content, expected] of cases) {
    const file = `${folder.path}/${name}`;
    if (typeof content === "string") await Deno.writeTextFile(file, content);
    else await Deno.writeFile(file, content);
    const { code, stdout, stderr } = await runCli("import", file, "-o", out);
    assertEquals([code, stdout], [78, ""], expected);
    assertStringIncludes(stderr, expected);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x08\x0b-\x1f]/.test(stderr), expected);
  }
  assertEquals((await runCli("import", `${folder.path}/none`)).code, 78);
});

Deno.test("import: wrong command lines are usage errors", async () => {
  const none = await runCli("import");
  assertEquals(none.code, 2);
  assertStringIncludes(none.stderr, "No file to import");
  const format = await runCli("import", "x", "--format", "apache");
  assertEquals(format.code, 2);
  assertStringIncludes(format.stderr, 'Unknown format "apache"');
});

Deno.test("import: included files are read only in the folder of the file, or in that of --root", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  await Deno.mkdir(`${path}/in/parts`, { recursive: true });
  await Deno.mkdir(`${path}/out`);
  await Deno.writeTextFile(`${path}/in/parts/a.cfg`, GOOD);
  await Deno.writeTextFile(`${path}/out/b.cfg`, GOOD);
  await Deno.symlink("../out/b.cfg", `${path}/in/link.cfg`);
  await Deno.symlink("parts/a.cfg", `${path}/in/near.cfg`);
  const file = `${path}/in/sslh.cfg`;
  const including = async (pattern: string, ...more: string[]) => {
    await Deno.writeTextFile(file, `@include "${pattern}"\n`);
    const args = ["import", "--format", "sslh", file, ...more];
    const { code, stderr } = await runCli(...args);
    return [code, stderr] as const;
  };
  for (
    const good of [
      "parts/a.cfg",
      "near.cfg",
      `${path}/in/parts/a.cfg`,
      "parts/*",
    ]
  ) {
    assertEquals((await including(good))[0], 0, good);
  }
  for (
    const bad of [
      "../out/b.cfg",
      "link.cfg",
      "l*.cfg",
      `${path}/out/b.cfg`,
      "parts/../../out/*.cfg",
      "/etc/passwd",
    ]
  ) {
    const [code, stderr] = await including(bad);
    assertEquals(code, 78, bad);
    assertStringIncludes(stderr, "allow it with --root");
    assert(!stderr.includes("root:"), bad);
  }
  // The message names the folder, of a link that of the file which it leads to.
  const named = JSON.stringify(`${await Deno.realPath(path)}/out`);
  for (const bad of ["link.cfg", `${path}/out/*.cfg`]) {
    assertStringIncludes((await including(bad))[1], `with --root ${named}\n`);
  }
  for (const allowed of ["../out/b.cfg", "link.cfg", "../out/*"]) {
    const [code] = await including(allowed, "--root", `${path}/out`);
    assertEquals(code, 0, allowed);
  }
  for (
    const [odd, expected] of [
      ["parts", "it is a directory"],
      ["none.cfg", "Cannot read"],
      ["*a*b*c*d*e*", 'More than 4 "*"'],
    ] as const
  ) {
    const [code, stderr] = await including(odd);
    assertEquals(code, 78, odd);
    assertStringIncludes(stderr, expected);
  }
});
