/** Targets that a client names, in workers, with a resolver of the test's own. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { helloRecord } from "../support/client_hello.ts";
import { type ConfigFile, configFile } from "../support/config_file.ts";
import { connectLocal } from "../support/dialogue.ts";
import { oneServer } from "../support/passthru.ts";
import {
  type PassthruProcess,
  ROOT,
  startPassthru,
} from "../support/process.ts";
import { printedScopes, scopesOf } from "../support/scoped.ts";
import { namedEcho, type Service } from "../support/services.ts";
import { readAll, textOf, writeAll } from "../support/tcp.ts";

const NAMES = ["a.example.com", "deep.b.example.com"];

function toNamed(port: number, more: object): unknown {
  const action = { action: "FORWARD", to_addr: `{sni}:${port}`, ...more };
  return oneServer({ TLS: { "SNI *.example.com": action } });
}

/** Whether a process may have an `/etc/hosts` of its own here. */
async function mayUnshare(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("unshare", {
      args: ["--mount", "mount", "--bind", "/etc/hosts", "/etc/hosts"],
      stdout: "null",
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

const ignore = !await mayUnshare();

/** passthru with its own permissions, where all {@linkcode NAMES} are loopback. */
async function startNamed(
  config: unknown,
  file: ConfigFile,
  denied = true,
): Promise<PassthruProcess> {
  await file.write(config);
  const hosts = `${file.folder}/hosts`;
  const lines = [...NAMES, "localhost"].map((name) => `127.0.0.1 ${name}\n`);
  await Deno.writeTextFile(hosts, lines.join(""));
  const printed = (await printedScopes(file.path)).trim();
  const flags = denied ? printed : printed.replace(/ '?--deny-net=\S+/, "");
  const script = `mount --bind "$1" /etc/hosts && main=$2 && shift 2 && ` +
    `exec "$0" run --no-prompt ${flags} "$main" "$@"`;
  return await startPassthru(config, {
    file: file.path,
    under: ["unshare", "--mount", "sh", "-c", script],
    program: [hosts, `${ROOT}main.ts`],
  });
}

async function say(port: number, sni: string): Promise<string> {
  const conn = await connectLocal(port);
  await writeAll(conn, helloRecord({ sni }));
  await conn.closeWrite();
  const answer = textOf(await readAll(conn));
  conn.close();
  return answer;
}

/** The line of the first connection to end. */
async function firstLine(passthru: PassthruProcess) {
  return await passthru.line(({ msg }) => msg === "connection");
}

async function refused(denied: boolean, echo: Service): Promise<unknown> {
  await using file = await configFile();
  await using passthru = await startNamed(
    toNamed(echo.port, {}),
    file,
    denied,
  );
  assertEquals(await say(passthru.ports[0]!, NAMES[0]!), "");
  const line = await firstLine(passthru);
  assertEquals(line["reason"], "dial_failed");
  assertEquals(line["target"], `a.example.com:${echo.port}`);
  return line["error"];
}

Deno.test({
  name: "with allow_private a client gets the name that it asks for",
  ignore,
  async fn() {
    await using file = await configFile();
    await using echo = namedEcho("app");
    const config = toNamed(echo.port, { allow_private: true });
    await using passthru = await startNamed(config, file);
    for (const name of NAMES) {
      const answer = await say(passthru.ports[0]!, name);
      assert(answer.startsWith("app:\x16\x03"), name);
    }
    const line = await firstLine(passthru);
    assertEquals(line["target"], `a.example.com:${echo.port}`);
  },
});

Deno.test({
  name:
    "a name that leads to loopback gets not a byte, with and without what the runtime denies",
  ignore,
  async fn() {
    let got = 0;
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    const accepting = (async () => {
      for await (const conn of listener) {
        got += (await readAll(conn).catch(() => new Uint8Array())).length;
        conn.close();
      }
    })();
    const service = { port } as Service;
    const name = `Cannot dial a.example.com:${port}: `;
    assertEquals(
      await refused(false, service),
      `${name}it leads to 127.0.0.1, a loopback address, and there is no "allow_private"`,
    );
    assertEquals(
      await refused(true, service),
      `${name}not permitted by the Deno permissions`,
    );
    listener.close();
    await accepting;
    assertEquals(got, 0);
  },
});

Deno.test("scopes: a named target is a wildcard, with what it must not lead to denied at its port", async () => {
  await using file = await configFile();
  await file.write({
    version: "v1.0.0",
    servers: {
      "127.0.0.1:443": {
        TLS: {
          "SNI *.example.com": { action: "FORWARD", to_addr: "{sni}:443" },
          "SNI a.test": { action: "FORWARD", to_addr: "10.1.2.3:443" },
          "SNI b.test": { action: "FORWARD", to_addr: "10.1.2.3:8443" },
        },
        HTTP: {
          "HOST *.example.com": { action: "FORWARD", to_addr: "{host}:80" },
          "HOST c.test": { action: "FORWARD", to_addr: "app.internal:80" },
        },
      },
    },
  });
  const { net, denyNet } = await scopesOf(file.path);
  assertEquals(net, [
    "*.example.com:443",
    "*.example.com:80",
    "10.1.2.3:443",
    "10.1.2.3:8443",
    "127.0.0.1:443",
    "app.internal:80",
  ]);
  // Not 10.0.0.0/8 and not 127.0.0.0/8, which the config has itself; and nothing
  // at port 80, since app.internal may be anywhere.
  assertEquals(denyNet, [
    "0.0.0.0/8:443",
    "100.64.0.0/10:443",
    "169.254.0.0/16:443",
    "172.16.0.0/12:443",
    "192.0.0.0/24:443",
    "192.0.2.0/24:443",
    "192.88.99.0/24:443",
    "192.168.0.0/16:443",
    "198.18.0.0/15:443",
    "198.51.100.0/24:443",
    "203.0.113.0/24:443",
    "224.0.0.0/4:443",
    "240.0.0.0/4:443",
    "[::]:443",
    "[::1]:443",
  ]);
  assertMatch(
    await printedScopes(file.path),
    /^'?--allow-net=\S+ '--deny-net=0\.0\.0\.0\/8:443,\S+' --allow-read=/,
  );
});
