/** The quick start of the README, with the programs that it names. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { parse } from "@std/jsonc";
import { connectionLines } from "../support/connection_lines.ts";
import { type Certificate, makeCertificate } from "../support/certificates.ts";
import {
  startDaemon,
  startOnFreePorts,
  tempFolder,
} from "../support/daemon.ts";
import { ROOT, startPassthru } from "../support/process.ts";
import { programTest } from "../support/programs.ts";
import { keyscan, startSshd } from "../support/sshd.ts";
import { curl } from "../support/web_clients.ts";

/** Who asks; passthru itself dials from 127.0.0.1. */
const CLIENT = "127.0.0.7";

/** The config of the quick start, with other ports. */
async function quickStart(web: number, ssh: number): Promise<unknown> {
  const text = await Deno.readTextFile(`${ROOT}configs/quick_start.jsonc`);
  const replaced = text.replaceAll("127.0.0.1:8443", `127.0.0.1:${web}`)
    .replaceAll("127.0.0.1:22", `127.0.0.1:${ssh}`)
    .replace('":443"', '"127.0.0.1:0"');
  const { admin: _, $schema: __, ...config } = parse(replaced) as Record<
    string,
    unknown
  >;
  return config;
}

/** nginx with the lines of the quick start in its `server` block. */
function startWeb(folder: string, certificate: Certificate) {
  return startOnFreePorts(1, async ([port]) => {
    const readme = await Deno.readTextFile(`${ROOT}README.md`);
    const lines = /```nginx\n(.*?)```/s.exec(readme)?.[1];
    assert(lines !== undefined && lines.includes("127.0.0.1:8443"));
    const log = `${folder}/nginx.log`;
    const kinds = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    await Deno.mkdir(`${folder}/sub`, { recursive: true });
    await Deno.writeTextFile(
      `${folder}/nginx.conf`,
      `daemon off; master_process off;
      pid ${folder}/nginx.pid; error_log ${log};
      events {}
      http {
        access_log off;
        ${kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(" ")}
        server {
          ${lines.replace("8443", String(port))}
          ssl_certificate ${certificate.file};
          ssl_certificate_key ${certificate.keyFile};
          root ${folder};
          location = / { return 200 "$remote_addr\\n"; }
        }
      }`,
    );
    const daemon = await startDaemon({
      program: "nginx",
      args: ["-p", folder, "-e", log, "-c", `${folder}/nginx.conf`],
      ports: [port!],
      log,
    });
    return { port: port!, daemon };
  });
}

programTest(
  ["curl", "nginx", "openssl", "ssh", "ssh-keygen", "ssh-keyscan", "sshd"],
  "quick start: nginx sees the client's address and keeps port 443 out of redirects; ssh and ssh-keyscan reach sshd",
  async () => {
    await using stack = new AsyncDisposableStack();
    const { path } = stack.use(await tempFolder());
    await Deno.chmod(path, 0o755);
    const certificate = await makeCertificate(path, "www.test");
    const web = await startWeb(path, certificate);
    stack.use(web.daemon);
    const sshd = stack.use(await startSshd());
    const passthru = stack.use(
      await startPassthru(await quickStart(web.port, sshd.port)),
    );
    const port = passthru.ports[0]!;
    const target = { port, trust: certificate.file };
    const from = ["--interface", CLIENT];
    const home = await curl(target, from, "https://www.test/");
    assertEquals(home.text, `${CLIENT}\n`, home.stderr);
    const moved = await curl(target, ["-i"], "https://www.test/sub");
    assertMatch(moved.text, /^location: https:\/\/www\.test\/sub\/\r$/mi);
    const ssh = await sshd.ssh(port, "echo in");
    assertEquals(ssh.text, "in\n", ssh.stderr);
    assertEquals(await keyscan(port), sshd.hostKey);
    const lines = await connectionLines(passthru, 4);
    assertEquals(lines.map(({ rule }) => rule), [
      "TLS/CATCHALL",
      "TLS/CATCHALL",
      "SSH/CATCHALL",
      "SILENT/CATCHALL",
    ]);
  },
);
