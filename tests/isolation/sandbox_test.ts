/** A worker reaches its Plan's addresses and nothing else in the world. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { type ConfigFile, configFile } from "../support/config_file.ts";
import { ask } from "../support/load.ts";
import { withDetectors } from "../support/more_detectors.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { startPassthru } from "../support/process.ts";
import { namedEcho, type Service, service } from "../support/services.ts";
import { planOf, supervise } from "../support/supervise.ts";
import { readExactly, textOf } from "../support/tcp.ts";
import { within } from "../support/wait.ts";
import {
  PROBE_CHANNEL,
  probeOpening,
  type ProbeReport,
  probing,
} from "./fixtures/probe.ts";

const FIXTURES = new URL("./fixtures/", import.meta.url);

/** How many attempts there are at least, so that none is lost on the way. */
const LEAST_ATTEMPTS = 48;

/** What the runtime says when a permission is missing. */
const REFUSALS = [
  /^NotCapable: /,
  // A module that may not be loaded is an error of the import or the worker.
  /^(?:TypeError|Error): Requires (?:read|import) access to /,
];

function openingFor(target: Service, secret: Service, file: ConfigFile) {
  return probeOpening({
    secretPort: secret.port,
    allowedPort: target.port,
    file: file.path,
    module: new URL("forbidden_module.ts", FIXTURES).href,
  });
}

/** Checks that the target could be reached and that all else was refused. */
function assertSealed({ allowed, forbidden }: ProbeReport): void {
  assertEquals(allowed, { "connect to the target": "ok" });
  const notRefused = Object.entries(forbidden)
    .filter(([, how]) => !REFUSALS.some((refusal) => refusal.test(how)))
    .map(([attempt, how]) => `${attempt}: ${how}`);
  assertEquals(notRefused, []);
  const count = Object.keys(forbidden).length;
  assert(count >= LEAST_ATTEMPTS, `only ${count} attempts`);
}

function nextReport(): Promise<ProbeReport> {
  const channel = new BroadcastChannel(PROBE_CHANNEL);
  return new Promise((resolve) => {
    channel.onmessage = ({ data }) => {
      channel.close();
      resolve(data);
    };
  });
}

Deno.test("sandbox: a worker is refused all but its Plan's addresses, whatever its parent may do", async () => {
  await using target = namedEcho("target");
  await using secret = namedEcho("secret");
  const config = {
    ...oneServer({ PROBE: forwardTo(target.address) }) as object,
    log: { level: "error" },
  };
  await using file = await configFile(config);
  await using supervised = supervise(new URL("probe_worker.ts", FIXTURES));
  const registry = new Registry([...BUILTINS, probing(() => {})]);
  await supervised.control.serve(planOf(config, registry));
  const report = within("the report of the probe", nextReport());
  const opening = openingFor(target, secret, file);
  assertEquals(await ask(supervised.port(), opening), "target");
  assertSealed(await report);
});

Deno.test("sandbox: the same under `deno run --allow-net --allow-read main.ts`", async () => {
  await using target = namedEcho("target");
  await using secret = namedEcho("secret");
  await using file = await configFile();
  await using passthru = await startPassthru(
    oneServer({ PROBE: forwardTo(target.address) }),
    {
      file: file.path,
      program: await withDetectors(
        file.folder,
        new URL("probing_builtins.ts", FIXTURES),
      ),
    },
  );
  const opening = openingFor(target, secret, file);
  assertEquals(await ask(passthru.ports[0]!, opening), "target");
  const report = await within(
    "the report of the probe",
    passthru.line(({ msg }) => msg === "probe"),
  );
  assertSealed(report as unknown as ProbeReport);
});

Deno.test("sandbox: with --cached-only, a worker that imports a package sends nothing to the registry", async () => {
  const asked: string[] = [];
  // All that the runtime fetches by HTTPS goes through here, and no further.
  await using proxy = service(async (conn) => {
    const line = /^CONNECT (\S+) /.exec(textOf(await readExactly(conn, 60)));
    asked.push(line?.[1] ?? "no CONNECT");
  });
  await using target = namedEcho("target");
  await using file = await configFile();
  await using passthru = await startPassthru(
    oneServer({ IMPORT: forwardTo(target.address) }),
    {
      file: file.path,
      env: {
        HTTPS_PROXY: `http://${proxy.address}`,
        DENO_NO_UPDATE_CHECK: "1",
      },
      program: (await withDetectors(
        file.folder,
        new URL("package_builtins.ts", FIXTURES),
      )).toSpliced(1, 0, "--cached-only"),
    },
  );
  assertEquals(await ask(passthru.ports[0]!, "I"), "target");
  const line = await within(
    "the end of the import",
    passthru.line(({ msg }) => msg === "imported"),
  );
  assertNotEquals(line["outcome"], "ok");
  assertEquals(asked, []);
});
