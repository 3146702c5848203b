/**
 * Real clients at pinned versions through a running passthru:
 * `deno task clients:test`. Not in `deno task test`, which downloads none of
 * them.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { makeCertificate } from "../support/certificates.ts";
import type { Report } from "../../src/observe/report.ts";
import { oneServer, serveConfig } from "../support/passthru.ts";
import { program } from "../support/programs.ts";
import { within } from "../support/wait.ts";
import { CASES, type ClientCase } from "./cases.ts";
import { pinnedClients, versionsIn } from "./install.ts";

/** Where the clients are installed. */
const FOLDER = Deno.env.get("CLIENTS_FOLDER") ?? await pinnedClients();
/** A file for what was found, one object a line. Default: none. */
const FOUND = Deno.env.get("CLIENTS_FOUND");
const PATIENCE_MS = 60_000;

const folder = await Deno.makeTempDir();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const certificate = await makeCertificate(folder, "clients.test");
const versions = await versionsIn(FOLDER);

for (const client of CASES) {
  const version = client.package === null ? "" : versions.get(client.package);
  Deno.test(`${client.name} ${version}`.trim(), () => run(client));
}

/** Every detector is asked, and only one rule leads to the server. */
function config({ protocol, rule }: ClientCase, target: string): unknown {
  const reject = { CATCHALL: { action: "REJECT" } };
  const to = { action: "FORWARD", to_addr: target };
  return oneServer({
    ...Object.fromEntries(BUILTINS.map(({ name }) => [name, reject])),
    [protocol]: { [rule]: to },
    CATCHALL: reject,
    options: { detect_timeout: "500ms" },
  });
}

async function run(client: ClientCase): Promise<void> {
  const child = new Deno.Command(program("node"), {
    args: ["run.mjs", client.name],
    cwd: FOLDER,
    env: {
      CERTIFICATE: certificate.file,
      CERTIFICATE_KEY: certificate.keyFile,
      DENO: Deno.execPath(),
      NO_COLOR: "1",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  try {
    const { value: port = "" } = await output.read();
    assert(/^\d+\n$/.test(port), `The server did not start: ${port}`);
    await using server = serveConfig(
      config(client, `127.0.0.1:${port.trim()}`),
    );
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${server.port}\n`));
    await writer.close();
    let got = "";
    for (let read; !(read = await output.read()).done;) got += read.value;
    assertStringIncludes(got, client.gets);
    assertEquals((await child.status).code, 0);
    await within("the report", server.report(1));
    for (const report of server.reports) check(client, report);
    await keep(client, server.reports[0]!);
  } finally {
    clearTimeout(timer);
    await output.cancel();
    await child.status;
  }
}

function check(
  { protocol, rule, facts }: ClientCase,
  report: Report,
): void {
  assertEquals(report.protocol, protocol, report.verdicts.join("; "));
  assertEquals(report.rule, `${protocol}/${rule}`);
  assert(report.bytesDown > 0, "nothing came from the server");
  for (const [name, wanted] of Object.entries(facts)) {
    const found = report.facts[name];
    if (wanted instanceof RegExp) assert(wanted.test(String(found)), name);
    else assertEquals(found, wanted, name);
  }
}

async function keep(
  { name }: ClientCase,
  { protocol, facts }: Report,
): Promise<void> {
  if (FOUND === undefined) return;
  const line = JSON.stringify({ name, protocol, facts }) + "\n";
  await Deno.writeTextFile(FOUND, line, { append: true });
}
