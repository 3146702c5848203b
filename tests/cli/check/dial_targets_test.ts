/** `check --dial`: are the targets there? */
import { assertEquals, assertMatch } from "@std/assert";
import { runCli } from "../../support/cli.ts";
import { configFile } from "../../support/config_file.ts";
import { dnsAnswering } from "../../support/dns_server.ts";
import { freePorts } from "../../support/free_ports.ts";
import { forwardTo, oneServer } from "../../support/passthru.ts";
import { PASSTHRU, ROOT } from "../../support/process.ts";
import { namedEcho, service } from "../../support/services.ts";
import { until } from "../../support/wait.ts";

/** The rows of the table of targets, with times made alike. */
function answers(stdout: string): string[][] {
  const table = stdout.slice(stdout.indexOf("\nTARGET "));
  return table.trim().split("\n").slice(1).map((row) =>
    row.replace(/\d+ ms/, "N ms").split(/ {2,}/)
  );
}

Deno.test("check --dial: says of each target whether it accepts", async () => {
  await using echo = namedEcho("echo");
  const [closed] = freePorts(1) as [number];
  const dead = `127.0.0.1:${closed}`;
  await using file = await configFile(oneServer({
    SSH: forwardTo(echo.address),
    HTTP: {
      "HOST a.example": { action: "FORWARD", to_addr: [echo.address, dead] },
      "HOST b.example": { action: "FORWARD", to_addr: "unix:/no/such.sock" },
    },
    TLS: { "SNI *.x.example": { action: "FORWARD", to_addr: "{sni}:443" } },
  }));
  const { code, stdout, stderr } = await runCli("check", file.path, "--dial");
  assertEquals(answers(stdout), [
    [echo.address, "accepts, after N ms"],
    [dead, "connection refused"],
    ["unix:/no/such.sock", "no such file"],
    ["{sni}:443", "not dialled: the client names it"],
  ]);
  assertEquals([code, stderr], [1, "2 targets without an answer\n"]);
});

Deno.test("check --dial: exits with 0 when all accept, and dials none without it", async () => {
  let dialled = 0;
  await using target = service(() => Promise.resolve(void dialled++));
  const config = oneServer({ CATCHALL: forwardTo(target.address) });
  await using file = await configFile(config);
  const alone = await runCli("check", file.path);
  assertEquals([alone.code, dialled], [0, 0]);
  const { code, stderr } = await runCli("check", file.path, "--dial");
  await until("the target to be dialled", () => dialled === 1 || null);
  assertEquals([code, stderr, dialled], [0, "", 1]);
});

Deno.test("check --dial: dials what DNS says a service is", async () => {
  await using echo = namedEcho("echo");
  const port = Number(echo.address.split(":")[1]);
  const found = ["127.0.0.1", "192.0.2.1"];
  await using dns = dnsAnswering(({ name }) => ({
    answers: found.map((target) => ({
      type: "SRV",
      name,
      ttl: 1,
      data: { priority: 0, weight: 0, port, target },
    })),
  }));
  const to = forwardTo("srv:_app._tcp.svc.test", { within: ["127.0.0.0/8"] });
  await using file = await configFile({
    ...oneServer({ CATCHALL: to }) as object,
    resolver: dns.address,
  });
  const { code, stdout } = await runCli("check", file.path, "--dial");
  const rows = answers(stdout);
  assertEquals(rows[0], [
    `srv:_app._tcp.svc.test ${echo.address}`,
    "accepts, after N ms",
  ]);
  assertMatch(
    rows[1]!.join(" "),
    /^srv:_app\._tcp\.svc\.test 192\.0\.2\.1:\d+ refused: /,
  );
  assertEquals([code, rows.length], [1, 2]);
});

Deno.test("check --dial: names the permissions that it lacks", async () => {
  await using file = await configFile(
    oneServer({ CATCHALL: forwardTo("10.0.0.7:22") }),
  );
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...PASSTHRU.map((arg) =>
        arg === "--allow-net" ? `${arg}=127.0.0.1` : arg
      ),
      ...["check", file.path, "--dial"],
    ],
    cwd: ROOT,
  }).output();
  assertEquals(code, 1);
  assertEquals(
    new TextDecoder().decode(stderr),
    "Missing permissions: to dial the targets, run with --allow-net=10.0.0.7:22 too\n",
  );
});
