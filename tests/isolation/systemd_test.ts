/** The systemd unit that `passthru scopes --systemd` prints. */
import { assert, assertEquals } from "@std/assert";
import { configFile } from "../support/config_file.ts";
import { ask } from "../support/load.ts";
import { forwardTo } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { programs, runWell } from "../support/programs.ts";
import { printedScopes } from "../support/scoped.ts";
import { namedEcho } from "../support/services.ts";

/** Lines that a unit for this job cannot do without. */
const ESSENTIAL = [
  "[Unit]",
  "[Service]",
  "Type=notify",
  "ExecReload=/bin/kill -HUP $MAINPID",
  "Restart=on-failure",
  "RestartPreventExitStatus=2 78",
  "TimeoutStopSec=12",
  "DynamicUser=yes",
  "NoNewPrivileges=yes",
  "ProtectSystem=strict",
  "CapabilityBoundingSet=",
  "[Install]",
  "WantedBy=multi-user.target",
];

function valueOf(unit: string, key: string): string {
  const lines = unit.split("\n").filter((line) => line.startsWith(`${key}=`));
  assertEquals(lines.length, 1, `one line ${key}=`);
  return lines[0]!.slice(key.length + 1);
}

/** Has systemd look at a unit, where it is installed. */
async function verify(folder: string, unit: string): Promise<void> {
  if (programs(["systemd-analyze"]).missing.length > 0) return;
  const path = `${folder}/passthru.service`;
  await Deno.writeTextFile(path, unit);
  const { stderr, text } = await runWell(
    "systemd-analyze",
    ["verify", "--man=no", path],
  );
  assertEquals([text, stderr], ["", ""]);
}

Deno.test("scopes --systemd: the unit is well formed and its command serves", async () => {
  await using echo = namedEcho("echo");
  const config = {
    version: "v1.0.0",
    servers: {
      "[::1]:0": { CATCHALL: forwardTo(`localhost:${echo.port}`) },
      "127.0.0.1:0": { CATCHALL: forwardTo(`localhost:${echo.port}`) },
    },
    drain_timeout: "6500ms",
    log: { format: "json" },
  };
  await using file = await configFile(config, "my services.jsonc");
  const unit = await printedScopes(file.path, "--systemd");
  const lines = unit.split("\n");
  assertEquals(ESSENTIAL.filter((line) => !lines.includes(line)), []);
  assert(!unit.includes("MemoryDenyWriteExecute"), "V8 compiles");
  await verify(file.folder, unit);
  const command = valueOf(unit, "ExecStart");
  await using passthru = await startPassthru(config, {
    file: file.path,
    under: ["sh", "-c", `exec ${command}`],
  });
  assertEquals(await ask(passthru.ports[0]!, "x", "::1"), "echo");
  assertEquals(await ask(passthru.ports[1]!, "x"), "echo");
  passthru.kill("SIGTERM");
  assertEquals(await passthru.exit, 0);
});

Deno.test("scopes --systemd: systemd sees no variable and no specifier in a path", async () => {
  await using file = await configFile({
    version: "v1.0.0",
    servers: { "127.0.0.1:80": { CATCHALL: forwardTo("127.0.0.1:1080") } },
  }, "100% $HOME.jsonc");
  const unit = await printedScopes(file.path, "--systemd");
  await verify(file.folder, unit);
  const command = valueOf(unit, "ExecStart");
  assert(command.endsWith(` -c '${file.folder}/100%% $$HOME.jsonc'`));
  assertEquals(valueOf(unit, "AmbientCapabilities"), "CAP_NET_BIND_SERVICE");
  assertEquals(valueOf(unit, "CapabilityBoundingSet"), "CAP_NET_BIND_SERVICE");
});
