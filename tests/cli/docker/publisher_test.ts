/** Writing the file of routes, without an engine. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Publisher } from "../../../src/cli/docker/publisher.ts";
import { Reloader } from "../../../src/cli/docker/reloader.ts";
import { RouteConfig } from "../../../src/cli/docker/route_config.ts";
import { settle } from "../../../src/containers/settle.ts";
import { Logger } from "../../../src/observe/log.ts";
import { container, type ContainerSpec } from "../../support/containers.ts";
import { LISTENER } from "../../support/docker_command.ts";
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

Deno.test("publisher: the config is asked again when a value of it has changed", async () => {
  const servers = {
    [LISTENER]: { SSH: { "FROM file:office.txt": "127.0.0.1:22" } },
  };
  await using setup = await ContainerSetup.make({ admin: false, servers });
  const { files } = setup;
  const office = `${files.config.folder}/office.txt`;
  await Deno.writeTextFile(office, "10.0.0.0/8");
  const config = new RouteConfig(files.config.path, files.out);
  const asks = container(1, {
    labels: { "passthru.rule": "SSH FROM 10.1.0.0/16" },
    networks: { bridge: "127.0.0.9" },
  });
  const refused = async () => {
    const picker = await config.picker();
    assert(typeof picker !== "string", String(picker));
    return settle([asks], picker).refusals.length;
  };
  assertEquals(await refused(), 1);
  await Deno.writeTextFile(office, "192.168.0.0/16");
  assertEquals(await refused(), 0);
});
