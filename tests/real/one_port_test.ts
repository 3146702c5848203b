/** The main job: HTTPS, HTTP and SSH on one port, by their real programs. */
import { assertEquals, assertMatch } from "@std/assert";
import {
  assertOrderlyEnds,
  connectionLines,
} from "../support/connection_lines.ts";
import { forwardToSite, type Nginx, startSites } from "../support/nginx.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { type PassthruProcess, startPassthru } from "../support/process.ts";
import { type Ended, programTest } from "../support/programs.ts";
import { sha256 } from "../support/sha256.ts";
import { keyscan, type Sshd, startSshd } from "../support/sshd.ts";
import { noise } from "../support/tcp.ts";
import { curl } from "../support/web_clients.ts";

const NEEDS = [
  ...["curl", "nginx", "openssl", "ssh", "ssh-keygen", "ssh-keyscan", "sshd"],
];
const SSH_BYTES = 20_000_000;
const FILE_BYTES = 64 * 1024 * 1024;

programTest(
  NEEDS,
  "one port: HTTPS, HTTP, HTTP/2 and SSH each reach their own server",
  async () => {
    await using world = await startWorld();
    const { nginx, sshd, port } = world;
    const ssh = await sshd.ssh(port, "echo out; echo err >&2; exit 7");
    assertEquals([ssh.code, ssh.text, ssh.stderr], [7, "out\n", "err\n"]);
    const trust = nginx.certificate("tls-a");
    const https = await curl({ port, trust }, [], "https://site-a.test/");
    assertEquals(https.text, "tls-a HTTP/2.0 site-a.test\n", https.stderr);
    const http = await curl({ port }, [], "http://site-a.test/");
    assertEquals(http.text, "plain-a HTTP/1.1 site-a.test\n", http.stderr);
    const preface = ["--http2-prior-knowledge"];
    const h2c = await curl({ port }, preface, "http://site-a.test/");
    assertEquals(h2c.text, "h2c-a HTTP/2.0 site-a.test\n", h2c.stderr);
    const lines = await connectionLines(world.passthru, 4);
    assertEquals(lines.map(({ rule }) => rule), [
      "SSH/CATCHALL",
      "TLS/SNI site-a.test",
      "HTTP/HOST site-a.test",
      "HTTP2/CATCHALL",
    ]);
    assertOrderlyEnds(lines);
    assertMatch(String(lines[0]!["software"]), /^OpenSSH_/);
  },
);

programTest(
  NEEDS,
  "one port: ssh-keyscan, which waits for the server to speak, sees the host key",
  async () => {
    await using world = await startWorld();
    const { sshd, port } = world;
    const [direct, through] = await Promise.all([
      keyscan(sshd.port),
      keyscan(port),
    ]);
    assertEquals(direct, sshd.hostKey);
    assertEquals(through, sshd.hostKey);
    const [line] = await connectionLines(world.passthru, 1);
    assertEquals(line!["rule"], "SILENT/CATCHALL");
  },
);

for (const only of ["CATCHALL", "SILENT"]) {
  programTest(
    ["ssh-keygen", "ssh-keyscan", "sshd"],
    `one port: with nothing but ${only} ssh-keyscan waits for nothing`,
    async () => {
      await using sshd = await startSshd();
      await using passthru = await startPassthru(oneServer({
        options: { detect_timeout: "1h", silent_after: "1h" },
        [only]: forwardTo(sshd.address),
      }));
      assertEquals(await keyscan(passthru.ports[0]!), sshd.hostKey);
    },
  );
}

programTest(
  NEEDS,
  "one port: 20 MB each way by ssh while curl downloads and uploads 64 MiB by HTTPS",
  async () => {
    await using world = await startWorld();
    const { nginx, sshd, port } = world;
    const [sent, file] = [noise(SSH_BYTES, 11), noise(FILE_BYTES, 12)];
    await Deno.writeFile(`${nginx.files}/down`, file);
    const target = { port, trust: nginx.certificate("tls-a") };
    const url = "https://site-a.test/files";
    const results = await Promise.all([
      sshd.ssh(port, "cat", sent),
      sshd.ssh(port, "sha256sum", sent),
      curl(target, ["--http2"], `${url}/down`),
      curl(
        target,
        ["--http1.1", "--upload-file", `${nginx.files}/down`],
        url + "/up",
      ),
    ]);
    for (const { code, stderr } of results) assertEquals(code, 0, stderr);
    const [echoed, summed, down] = results as [Ended, Ended, Ended, Ended];
    assertEquals(echoed.stdout.length, SSH_BYTES);
    assertEquals(sha256(echoed.stdout), sha256(sent));
    assertEquals(summed.text, `${sha256(sent)}  -\n`);
    assertEquals(sha256(down.stdout), sha256(file));
    const uploaded = await Deno.readFile(`${nginx.files}/up`);
    assertEquals(sha256(uploaded), sha256(file));
    for (const { reason } of await connectionLines(world.passthru, 4)) {
      // Who ends first is between the two real programs.
      assertMatch(String(reason), /^(client|target)_eof$/);
    }
  },
);

programTest(
  NEEDS,
  "one port: twelve ssh sessions at once do not mix",
  async () => {
    await using world = await startWorld();
    const answers = await Promise.all(
      Array.from(
        { length: 12 },
        (_, i) =>
          world.sshd.ssh(world.port, `echo session ${i}; cat`, noise(9, i)),
      ),
    );
    answers.forEach(({ stdout }, i) => {
      const head = new TextEncoder().encode(`session ${i}\n`);
      assertEquals([...stdout], [...head, ...noise(9, i)]);
    });
  },
);

/** nginx and sshd behind one port of one passthru. */
interface World extends AsyncDisposable {
  readonly nginx: Nginx;
  readonly sshd: Sshd;
  readonly passthru: PassthruProcess;
  readonly port: number;
}

async function startWorld(): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const nginx = stack.use(await startSites());
  const sshd = stack.use(await startSshd());
  const passthru = stack.use(
    await startPassthru(oneServer({
      TLS: {
        "SNI site-a.test": forwardToSite(nginx, "tls-a"),
        CATCHALL: { action: "REJECT" },
      },
      HTTP: { "HOST site-a.test": forwardToSite(nginx, "plain-a") },
      HTTP2: { CATCHALL: forwardToSite(nginx, "h2c-a") },
      SSH: forwardTo(sshd.address),
      SILENT: forwardTo(sshd.address),
    })),
  );
  const kept = stack.move();
  return {
    nginx,
    sshd,
    passthru,
    port: passthru.ports[0]!,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
