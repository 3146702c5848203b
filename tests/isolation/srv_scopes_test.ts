/** A config with `srv:` under exactly the permissions that it needs. */
import { assert, assertEquals } from "@std/assert";
import { configFile } from "../support/config_file.ts";
import { at, dnsAnswering } from "../support/dns_server.ts";
import { namedEcho, type Service } from "../support/services.ts";
import { freePorts } from "../support/free_ports.ts";
import { ask } from "../support/load.ts";
import { printedScopes, scopesOf, startScoped } from "../support/scoped.ts";
import { runPassthru } from "../support/process.ts";

const SERVICE = "srv:_app._tcp.svc.test";

/** DNS that names one machine of a name and an address. */
function dnsOf(name: string, address: string, { port }: Service): Service {
  return dnsAnswering((question) => ({
    answers: question.type === "SRV"
      ? [{
        type: "SRV",
        name: question.name,
        ttl: 60,
        data: { priority: 0, weight: 0, port, target: name },
      }]
      : [{ ...at(name, address), ttl: 60, data: address }],
  }));
}

function configOf(port: number, within: string[], more: object): unknown {
  const action = { action: "FORWARD", to_addr: SERVICE, within };
  return {
    version: "v1.0.0",
    workers: 2,
    servers: { [`127.0.0.1:${port}`]: { CATCHALL: { CATCHALL: action } } },
    ...more,
  };
}

const CASES = [
  { within: "127.0.0.0/8", host: "127.0.0.2", name: "a.test" },
  { within: "localhost", host: "127.0.0.1", name: "localhost" },
];

for (const { within, host, name } of CASES) {
  for (const isolation of ["worker", "none"]) {
    Deno.test(`scopes: srv: within ${within}, isolation ${isolation}, is served under what they print`, async () => {
      await using target = namedEcho("found", { hostname: host });
      await using dns = dnsOf(name, host, target);
      const [port] = freePorts(1) as [number];
      const config = configOf(port, [within], { resolver: dns.address });
      await using file = await configFile(config);
      const args = ["--isolation", isolation];
      const { net, read } = await scopesOf(file.path, ...args);
      assertEquals(
        net,
        [`127.0.0.1:${port}`, dns.address, within].sort(),
      );
      assert(!read.includes("/etc/resolv.conf"));
      const flags = (await printedScopes(file.path, ...args)).trim();
      await using _passthru = await startScoped(config, file, flags, { args });
      assertEquals(await ask(port, "hello"), "found");
    });
  }
}

Deno.test("scopes: without a resolver they name /etc/resolv.conf, and the servers in it", async () => {
  const config = configOf(1, ["*.test"], {});
  const { code, stdout } = await runPassthru(
    ["scopes", "--json", "-c", "-"],
    JSON.stringify(config),
  );
  assertEquals(code, 0);
  const { net, read } = JSON.parse(stdout);
  assert(read.includes("/etc/resolv.conf"), `${read}`);
  const text = await Deno.readTextFile("/etc/resolv.conf");
  const server = /^nameserver\s+([\d.]+)/m.exec(text)?.[1];
  if (server !== undefined) assert(net.includes(`${server}:53`), `${net}`);
});
