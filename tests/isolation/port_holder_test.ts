/** An address that is in use: who has it, as far as that can be known. */
import { assertEquals } from "@std/assert";
import { configFile, reload } from "../support/config_file.ts";
import { freePorts } from "../support/free_ports.ts";
import { forwardTo } from "../support/passthru.ts";
import { PASSTHRU, ROOT, startPassthru } from "../support/process.ts";

/** A config that listens at these addresses. */
function configOf(listeners: readonly string[], admin?: number): object {
  return {
    version: "v1.0.0",
    servers: Object.fromEntries(
      listeners.map((one) => [one, { CATCHALL: forwardTo("127.0.0.1:9") }]),
    ),
    ...(admin === undefined ? {} : { admin: { listen: `127.0.0.1:${admin}` } }),
  };
}

/** What a start says that cannot bind. */
async function failedStart(
  config: object,
  program: readonly string[] = PASSTHRU,
): Promise<string> {
  await using file = await configFile(config);
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...program, "-c", file.path, "--log-level", "error"],
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 1);
  return new TextDecoder().decode(stderr).trimEnd();
}

/** What is said of an address of a port. */
function inUse(port: number, who: string, what = ""): string {
  return `Cannot listen on "127.0.0.1:${port}"${what}: address already in use${who}`;
}

/** What is said of a passthru that has it. */
function another(pid: number): string {
  return `, by another passthru (pid ${pid}): "passthru reload" has it read its config again, SIGTERM ends it`;
}

Deno.test("address in use: another passthru with the same admin server is named", async () => {
  const [port, free, admin, other] = freePorts(4) as [
    number,
    number,
    number,
    number,
  ];
  await using first = await startPassthru(
    configOf([`127.0.0.1:${port}`], admin),
  );
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  // The admin address is bound first, and is in the way.
  assertEquals(
    await failedStart(configOf([`127.0.0.1:${port}`], admin)),
    inUse(admin, another(first.pid), " for admin"),
  );
  // Here nothing is known of who has them.
  assertEquals(
    await failedStart(
      configOf(
        [port, free, taken.addr.port].map((one) => `127.0.0.1:${one}`),
        other,
      ),
    ),
    [inUse(port, ""), inUse(taken.addr.port, "")].join("\n"),
  );
});

Deno.test({
  name: "address in use: with all permissions the process is named",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const [port] = freePorts(1) as [number];
    await using first = await startPassthru(configOf([`127.0.0.1:${port}`]));
    using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const addresses = [port, taken.addr.port].map((one) => `127.0.0.1:${one}`);
    assertEquals(
      await failedStart(configOf(addresses), ["run", "-A", `${ROOT}main.ts`]),
      [
        inUse(port, another(first.pid)),
        inUse(taken.addr.port, `, by "deno" (pid ${Deno.pid})`),
      ].join("\n"),
    );
  },
});

Deno.test("address in use: a reload that spells its own address otherwise is told so", async () => {
  const [port] = freePorts(1) as [number];
  await using file = await configFile();
  await using passthru = await startPassthru(configOf([`:${port}`]), {
    file: file.path,
  });
  const line = await reload(passthru, file, configOf([`127.0.0.1:${port}`]));
  assertEquals(
    line["error"],
    inUse(
      port,
      ", by this passthru itself, under another spelling: that takes a restart",
    ),
  );
});
