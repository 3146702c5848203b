import { assertEquals, assertMatch } from "@std/assert";
import { runCli } from "../../support/cli.ts";
import { configFile } from "../../support/config_file.ts";

Deno.test("scopes --systemd: the unit brings the packages into its own cache first", async () => {
  await using file = await configFile({
    version: "v1.0.0",
    servers: { ":443": { CATCHALL: { CATCHALL: { action: "REJECT" } } } },
  });
  const { code, stdout } = await runCli("scopes", file.path, "--systemd");
  assertEquals(code, 0);
  assertMatch(
    stdout,
    /\nWorkingDirectory=\/\S+\nExecStartPre=-\S+ ci --prod\n/,
  );
  assertMatch(stdout, /\nExecStart=\S+ run --no-prompt --cached-only /);
  assertMatch(stdout, /\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n/);
  assertMatch(stdout, /\nCacheDirectory=passthru\nEnvironment=DENO_DIR=/);
});
