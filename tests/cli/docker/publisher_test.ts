/** Writing the file of routes, without an engine. */
import { assertEquals, assertMatch } from "@std/assert";
import { Publisher } from "../../../src/cli/docker/publisher.ts";
import { Reloader } from "../../../src/cli/docker/reloader.ts";
import { RouteConfig } from "../../../src/cli/docker/route_config.ts";
import { Logger } from "../../../src/observe/log.ts";
import { container, type ContainerSpec } from "../../support/containers.ts";
import { ContainerSetup } from "../../support/container_setup.ts";

/** A container that asks for a host. */
function asking(host: string): ContainerSpec {
  return {
    labels: { "passthru.rule": `TLS SNI ${host}` },
    networks: { bridge: "127.0.0.9" },
  };
}

Deno.test("publisher: a clock that is set back delays no route", async () => {
  await using setup = await ContainerSetup.make({ admin: false });
  const { files } = setup;
  const values = new Map([["config", files.config.path]]);
  const logger = new Logger({ level: "error", write: () => {} });
  let specs = [asking("one.example")];
  const publisher = new Publisher({
    config: new RouteConfig(files.config.path, files.out),
    out: files.out,
    containers: () => specs.map((spec, i) => container(i + 1, spec)),
    reloader: new Reloader({ values, logger, isOwed: true }),
    logger,
  });
  const stopped = new AbortController();
  const running = publisher.run(stopped.signal);
  const { now } = Date;
  try {
    publisher.ask();
    await setup.written("one.example");
    specs = [...specs, asking("two.example")];
    Date.now = () => now() - 86_400_000;
    publisher.ask();
    await setup.written("two.example");
  } finally {
    Date.now = now;
    stopped.abort();
    await running;
  }
  const text = await Deno.readTextFile(files.out);
  assertMatch(text, /"SNI one\.example"/);
  assertEquals(text.match(/to_addr/g)?.length, 2);
});
