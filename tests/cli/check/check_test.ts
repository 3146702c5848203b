import { assertEquals, assertMatch } from "@std/assert";
import { runCli } from "../../support/cli.ts";
import { configFile } from "../../support/config_file.ts";

Deno.test("check: one OK line and a table, the rules in the order in which they are tried", async () => {
  const text = `{
  "version": "v1.0.0",
  "servers": {
    ":443": {
      "TLS": {
        "CATCHALL": { "action": "REJECT" },
        "SNI *.example.com": { "action": "FORWARD", "to_addr": "127.0.0.1:8444" },
        "SNI app.example.com": { "action": "FORWARD", "to_addr": "127.0.0.1:8443", "name": "app" }
      },
      "SILENT": { "CATCHALL": { "action": "FORWARD", "to_addr": "127.0.0.1:25" } },
      "CATCHALL": { "CATCHALL": { "action": "FORWARD", "to_addr": "127.0.0.1:8443" } }
    },
    "[::1]:80": { "HTTP": {} }
  }
}`;
  await using file = await configFile(text);
  const { code, stdout, stderr } = await runCli("check", file.path);
  assertEquals(code, 0);
  assertEquals(
    stdout,
    `${file.path}: OK, config v1.0.0, 2 listeners, 5 routes, 3 targets, 1 warning

LISTENER  PROTOCOL  RULE                 ACTION   TARGET          NAME
:443      TLS       SNI app.example.com  FORWARD  127.0.0.1:8443  app
          TLS       SNI *.example.com    FORWARD  127.0.0.1:8444
          TLS       CATCHALL             REJECT
          SILENT    CATCHALL             FORWARD  127.0.0.1:25
          CATCHALL  CATCHALL             FORWARD  127.0.0.1:8443
[::1]:80                                 REJECT
`,
  );
  assertMatch(stderr, /^\S+:13:19: warning: HTTP has no rules/);
});

Deno.test("check: a bad config exits with 78 and prints every problem", async () => {
  await using file = await configFile(
    '{ "version": "v0.2.0", "servers": {}, "x": 1 }',
  );
  const { code, stdout, stderr } = await runCli("check", file.path);
  assertEquals([code, stdout], [78, ""]);
  assertEquals(stderr.match(/: error: /g)?.length, 2);
  assertMatch(stderr, /: 2 errors\n$/);
});

Deno.test("check: a file that cannot be read exits with 78 and says why", async () => {
  const missing = await runCli("check", "/no/such/file.jsonc");
  assertEquals(
    [missing.code, missing.stderr],
    [78, 'Cannot read config "/no/such/file.jsonc": no such file\n'],
  );
  const folder = await runCli("check", "/");
  assertEquals(
    [folder.code, folder.stderr],
    [78, 'Cannot read config "/": it is a directory\n'],
  );
});
