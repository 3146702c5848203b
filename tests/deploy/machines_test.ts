/** The files for machines: the systemd unit, keepalived's and HAProxy's configs. */
import assert from "node:assert/strict";
import { tempFolder } from "../support/daemon.ts";
import { ROOT } from "../support/process.ts";
import { programs, programTest, run, runWell } from "../support/programs.ts";
import { printedScopes } from "../support/scoped.ts";

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
  assert.equal(shipped.replace(/^(#.*\n)+\n/, ""), printed);
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
  assert.deepEqual([text, stderr], ["", ""]);
});

programTest(["haproxy"], "haproxy.cfg: HAProxy takes it", async () => {
  const { stderr } = await runWell("haproxy", [
    "-c",
    "-f",
    `${FOLDER}/haproxy.cfg`,
  ]);
  assert.ok(!/WARNING|ALERT/.test(stderr), stderr);
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
  ["keepalived", "nc"],
  "keepalived.conf: keepalived takes it, and does not take a wrong one",
  async () => {
    const file = `${FOLDER}/keepalived.conf`;
    assert.deepEqual(await keepalivedProblems(file), []);
    await using folder = await tempFolder();
    const wrong = `${folder.path}/keepalived.conf`;
    const text = await Deno.readTextFile(file);
    await Deno.writeTextFile(wrong, text.replace("track_script", "trak"));
    assert.match((await keepalivedProblems(wrong)).join("\n"), /trak/);
  },
);

Deno.test("the balancers' configs name ports of the configs behind them", async () => {
  const text = (name: string) => Deno.readTextFile(`${FOLDER}/${name}`);
  const servers = [...(await text("haproxy.cfg")).matchAll(
    /^ +server \S+ \S+:(\d+)$/gm,
  )];
  assert.equal(servers.length, 3);
  for (const [, port] of servers) {
    assert.ok((await text("behind_balancer.jsonc")).includes(`":${port}": {`));
  }
  const probe = /nc -z -w 1 \S+ (\d+)"/.exec(await text("keepalived.conf"));
  assert.ok((await text("direct.jsonc")).includes(`":${probe![1]}": {`));
});
