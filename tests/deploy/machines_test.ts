/** The files for machines: the systemd unit, keepalived's and HAProxy's configs. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { tempFolder } from "../support/daemon.ts";
import { connectLocal, expectText, promptEcho } from "../support/dialogue.ts";
import { freePorts } from "../support/free_ports.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { ROOT, startPassthru } from "../support/process.ts";
import { programs, programTest, run, runWell } from "../support/programs.ts";
import { printedScopes } from "../support/scoped.ts";
import { bytesOf, writeAll } from "../support/tcp.ts";

const FOLDER = `${ROOT}configs/deploy`;
const UNIT = `${FOLDER}/passthru.service`;

/** Where things are on a machine, and where they are here. */
const PLACES: readonly (readonly [string, string])[] = [
  ["/usr/local/bin/deno", Deno.execPath()],
  ["/etc/passthru/passthru.jsonc", `${FOLDER}/direct.jsonc`],
  ["/opt/passthru", ROOT.replace(/\/$/, "")],
];

Deno.test("passthru.service is what scopes --systemd prints for direct.jsonc", async () => {
  let printed = await printedScopes(`${FOLDER}/direct.jsonc`, "--systemd");
  for (const [there, here] of PLACES) {
    printed = printed.replaceAll(here, there);
  }
  const shipped = await Deno.readTextFile(UNIT);
  assertEquals(shipped.replace(/^(#.*\n)+\n/, ""), printed);
});

Deno.test("passthru.service: systemd has nothing to say against it", async () => {
  if (programs(["systemd-analyze"]).missing.length > 0) return;
  await using folder = await tempFolder();
  let unit = await Deno.readTextFile(UNIT);
  for (const [there, here] of PLACES) unit = unit.replaceAll(there, here);
  const path = `${folder.path}/passthru.service`;
  await Deno.writeTextFile(path, unit);
  const { text, stderr } = await runWell(
    "systemd-analyze",
    ["verify", "--man=no", path],
  );
  assertEquals([text, stderr], ["", ""]);
});

programTest(["haproxy"], "haproxy.cfg: HAProxy takes it", async () => {
  const { stderr } = await runWell("haproxy", [
    "-c",
    "-f",
    `${FOLDER}/haproxy.cfg`,
  ]);
  assert(!/WARNING|ALERT/.test(stderr), stderr);
});

/** What keepalived finds wrong with a config, but for the missing interface. */
async function keepalivedProblems(file: string): Promise<string[]> {
  // Its exit code does not tell: what it prints does.
  const { text, stderr } = await run("keepalived", ["-t", "-f", file]);
  return (text + stderr).split("\n").filter((line) =>
    line !== "" && !/interface eth0 .* doesn't exist|Non-existent/.test(line)
  );
}

programTest(
  ["keepalived"],
  "keepalived.conf: keepalived takes it, and does not take a wrong one",
  async () => {
    const file = `${FOLDER}/keepalived.conf`;
    assertEquals(await keepalivedProblems(file), []);
    await using folder = await tempFolder();
    const wrong = `${folder.path}/keepalived.conf`;
    const text = await Deno.readTextFile(file);
    await Deno.writeTextFile(wrong, text.replace("track_script", "trak"));
    assertMatch((await keepalivedProblems(wrong)).join("\n"), /trak/);
  },
);

Deno.test("the balancers' configs name ports of the configs behind them", async () => {
  const text = (name: string) => Deno.readTextFile(`${FOLDER}/${name}`);
  const servers = [...(await text("haproxy.cfg")).matchAll(
    /^ +server \S+ \S+:(\d+)$/gm,
  )];
  assertEquals(servers.length, 3);
  for (const [, port] of servers) {
    assert((await text("behind_balancer.jsonc")).includes(`":${port}": {`));
  }
  const [, check] = /check port (\d+)/.exec(await text("haproxy.cfg"))!;
  assert((await text("behind_balancer.jsonc")).includes(`":${check}"`));
  const [, url] = /http:\/\/(\S+)\/readyz"/.exec(
    await text("keepalived.conf"),
  )!;
  assert((await text("direct.jsonc")).includes(`"listen": "${url}"`));
});

programTest(
  ["curl"],
  "keepalived.conf: its check fails while passthru drains, and connections go on",
  async () => {
    const conf = await Deno.readTextFile(`${FOLDER}/keepalived.conf`);
    const [, script] = /^ +script "(.+)"$/m.exec(conf)!;
    const [port] = freePorts(1) as [number];
    const words = script!.replace(":9901", `:${port}`).split(" ");
    const check = async () => (await run("curl", words.slice(1))).code;
    assertMatch(words[0]!, /\/curl$/);
    const refused = await check();
    await using echo = promptEcho("echo");
    await using passthru = await startPassthru({
      ...oneServer({ CATCHALL: forwardTo(echo.address) }) as object,
      admin: { listen: `127.0.0.1:${port}` },
    });
    assertEquals(await check(), 0);
    using conn = await connectLocal(passthru.ports[0]!);
    await writeAll(conn, bytesOf("x"));
    await expectText(conn, "echo:x");
    passthru.kill("SIGTERM");
    await passthru.line(({ msg }) => msg === "stopping");
    const draining = await check();
    await writeAll(conn, bytesOf("y"));
    await expectText(conn, "y");
    // curl's words for: could not connect, and an answer that is an error.
    assertEquals([refused, draining], [7, 22]);
  },
);

programTest(
  ["promtool"],
  "the files for Prometheus: it takes them, and they name the admin port",
  async () => {
    await using folder = await tempFolder();
    const admins = ["behind_balancer.jsonc", "kubernetes/passthru.jsonc"];
    const files = ["prometheus.yml", "kubernetes/prometheus.yml"];
    for (const [index, file] of files.entries()) {
      const text = await Deno.readTextFile(`${FOLDER}/${file}`);
      const path = `${folder.path}/prometheus.yml`;
      // Debian's has no discovery by Kubernetes.
      await Deno.writeTextFile(
        path,
        text.replace(
          /kubernetes_sd_configs:\n +- role: pod/,
          'static_configs:\n      - targets: ["192.0.2.21:9901"]',
        ),
      );
      await runWell("promtool", ["check", "config", "--syntax-only", path]);
      const config = await Deno.readTextFile(`${FOLDER}/${admins[index]}`);
      const [, port] = /"admin": \{ "listen": "(:\d+)"/.exec(config)!;
      for (const [, target] of text.matchAll(/"192\.0\.2\.\d+(:\d+)"/g)) {
        assertEquals(target, port);
      }
    }
  },
);
