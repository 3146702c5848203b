import {
  assert,
  assertEquals,
  assertNotMatch,
  assertRejects,
} from "@std/assert";
import { adminPlace } from "../../src/cli/admin_place.ts";
import { UsageError } from "../../src/cli/command.ts";
import { adminApi } from "../support/admin_api.ts";
import { runCli } from "../support/cli.ts";
import { configFile } from "../support/config_file.ts";
import { ROOT } from "../support/process.ts";

/** Where these options lead to. */
async function placeOf(values: Readonly<Record<string, string>>) {
  return await adminPlace(new Map(Object.entries(values)));
}

/** A config with such an admin server; servers and version do not matter. */
function withAdmin(admin: object) {
  return { version: "v1.0.0", servers: {}, admin };
}

Deno.test("admin place: 127.0.0.1:9901, or what --admin says", async () => {
  assertEquals(await placeOf({}), { host: "127.0.0.1:9901" });
  const spellings = [
    ["127.0.0.1:1234", "127.0.0.1:1234"],
    ["http://localhost:80", "localhost:80"],
    ["HTTP://10.0.0.7:9901/", "10.0.0.7:9901"],
    ["[::1]:9901", "[::1]:9901"],
    [":9901", "127.0.0.1:9901"],
    ["0.0.0.0:9901", "127.0.0.1:9901"],
    ["[::]:9901", "[::1]:9901"],
    ["[0:0::0]:9901", "[::1]:9901"],
  ] as const;
  for (const [admin, host] of spellings) {
    assertEquals(await placeOf({ admin }), { host }, admin);
  }
  const bad = [
    ["127.0.0.1", "the port is missing"],
    ["https://a:1", "it is a URL"],
    ["a:0", "the port is chosen at the start, see its log"],
    ["http://a:1/x", 'the port "1/x" is not a number'],
  ] as const;
  for (const [admin, problem] of bad) {
    const error = await assertRejects(() => placeOf({ admin }), UsageError);
    assertEquals(error.problems, [
      `Invalid value of "--admin": found "${admin}", expected an address such as "127.0.0.1:9901": ${problem}`,
    ]);
  }
});

Deno.test("admin place: a config's listen and token, which options are stronger than", async () => {
  await using file = await configFile();
  const token = `${file.folder}/token`;
  await Deno.writeTextFile(token, "secret-1\n");
  await Deno.writeTextFile(`${file.folder}/other`, "secret-2\n");
  const config = file.path;
  await file.write(withAdmin({ listen: ":9999" }));
  assertEquals(await placeOf({ config }), { host: "127.0.0.1:9999" });
  for (const path of ["token", token]) {
    const admin = { listen: "0.0.0.0:9999", token: `file:${path}` };
    // Comments and what is wrong elsewhere do not matter.
    await file.write(`// admin\n${JSON.stringify(withAdmin(admin))}`);
    assertEquals(await placeOf({ config }), {
      host: "127.0.0.1:9999",
      token: "secret-1",
    });
  }
  // Who asks on loopback needs none.
  await file.write(withAdmin({ listen: "[::]:9999", token: "file:none" }));
  assertEquals(await placeOf({ config }), { host: "[::1]:9999" });
  assertEquals(
    await placeOf({
      config,
      admin: "[::1]:1",
      "token-file": `${file.folder}/other`,
    }),
    { host: "[::1]:1", token: "secret-2" },
  );
});

Deno.test("admin place: a config or a token of no use is named, on one line", async () => {
  await using file = await configFile();
  const none = `${file.folder}/none`;
  const path = file.path;
  const cases: [string | object, string][] = [
    [
      withAdmin({}),
      `${path} has no admin server to ask: expected "admin": { "listen": "127.0.0.1:9901" }`,
    ],
    ['{\n  "admin": x }', `${path}:2:12: error: Invalid word`],
    [
      withAdmin({ listen: "127.0.0.1:0" }),
      `${path}: cannot ask the admin server at "127.0.0.1:0": the port is chosen at the start, see its log`,
    ],
    [
      withAdmin({ listen: ":1", token: "secret" }),
      `${path}: the token of "admin" is not "file:PATH"`,
    ],
    [
      withAdmin({ listen: "10.0.0.7:1", token: "file:none" }),
      `Cannot read the token in "${none}": no such file`,
    ],
  ];
  for (const [content, text] of cases) {
    await file.write(content);
    const place = await placeOf({ config: path });
    assert(typeof place === "string");
    assertEquals(place.slice(0, text.length), text);
    assertNotMatch(place, /\n/);
    assertEquals((await runCli("status", "-c", path)).code, 78);
    // It needs no token, and would ask 10.0.0.7.
    if (text.includes(none)) continue;
    assertEquals(await runCli("healthcheck", "-c", path), {
      code: 1,
      stdout: "",
      stderr: `${place}\n`,
    });
  }
  assertEquals(
    await placeOf({ config: none }),
    `Cannot read config "${none}": no such file`,
  );
  await Deno.writeTextFile(none, "two words");
  assertEquals(
    await placeOf({ "token-file": none }),
    `Cannot use the token in "${none}": expected one line of printable ASCII without spaces`,
  );
});

Deno.test("admin client: a token that is wanted is asked for, and shown", async () => {
  await using api = adminApi();
  await using file = await configFile("right\n", "token");
  api.token = "right";
  const ask = (...more: string[]) =>
    runCli("status", "--admin", api.address, ...more);
  assertEquals(await ask(), {
    code: 1,
    stdout: "",
    stderr:
      `${api.address} refuses: it requires the token from its config: give it with "--token-file FILE" or "-c FILE"\n`,
  });
  assertEquals((await ask("--token-file", file.path)).code, 0);
  await file.write("wrong");
  assertEquals(
    (await ask("--token-file", file.path)).stderr,
    `${api.address} refuses: the token is wrong\n`,
  );
});

Deno.test("admin client: IPv6, and a name", async () => {
  await using six = adminApi("::1");
  assertEquals((await runCli("status", "--admin", six.address)).code, 0);
  await using four = adminApi();
  const named = four.address.replace("127.0.0.1", "localhost");
  assertEquals((await runCli("status", "--admin", named)).code, 0);
});

/** Runs `status` as a process with these permissions and variables. */
async function status(
  flags: readonly string[],
  options: { readonly args: readonly string[]; env?: Record<string, string> },
) {
  const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", ...flags, `${ROOT}main.ts`, "status"]
      .concat(options.args),
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("admin client: a permission that is missing is named as its flag", async () => {
  const net = await status([], { args: ["--admin", "[::1]:9901"] });
  assertEquals(net, {
    code: 1,
    stdout: "",
    stderr:
      "Cannot ask [::1]:9901: not permitted by the Deno permissions, run with '--allow-net=[::1]:9901'\n",
  });
  const read = await status([], { args: ["-c", "/etc/passthru.jsonc"] });
  assertEquals([read.code, read.stderr], [
    1,
    'Cannot read "/etc/passthru.jsonc": not permitted by the Deno permissions, run with --allow-read=/etc/passthru.jsonc\n',
  ]);
});

Deno.test("admin client: the flag that is named is enough, and no proxy gets the token", async () => {
  await using api = adminApi();
  await using proxy = adminApi();
  await using file = await configFile("secret", "token");
  const url = `http://${proxy.address}`;
  const { code, stderr } = await status(
    [`--allow-net=${api.address}`, `--allow-read=${file.path}`],
    {
      args: ["--admin", api.address, "--token-file", file.path],
      env: {
        HTTP_PROXY: url,
        http_proxy: url,
        ALL_PROXY: url,
        // Deno itself asks for newer versions otherwise.
        DENO_NO_UPDATE_CHECK: "1",
      },
    },
  );
  assertEquals([code, stderr], [0, ""]);
  assertEquals(api.asked, ["GET /api/state?config=no"]);
  assertEquals(proxy.asked, []);
});
