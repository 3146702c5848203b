/**
 * What real engines answered and told: Docker 20.10.24 and Podman 4.3.1, which
 * started the containers `web` (two networks), `sick` (a health check that fails)
 * and others, renamed, paused, stopped and removed them. Recorded with
 * `GET /version`, `/containers/json`, `/containers/{id}/json` and `/events`; only
 * fields that say nothing of containers were left out.
 */
import { assertEquals } from "@std/assert";
import { readContainer } from "../../src/containers/container.ts";
import { EngineClient } from "../../src/containers/engine_client.ts";
import { readEvent } from "../../src/containers/engine_event.ts";
import docker from "../fixtures/engines/docker_20.10.24.json" with {
  type: "json",
};
import podman from "../fixtures/engines/podman_4.3.1.json" with {
  type: "json",
};
import { tempFolder } from "../support/daemon.ts";
import { FakeEngine } from "../support/fake_engine.ts";

/** What events there are, in order, each once. */
function known(events: readonly object[]): string[] {
  const actions = events.filter((event) =>
    readEvent(JSON.stringify(event)) !== null
  ).map((event) => {
    const { Type, Action } = event as { Type: string; Action: string };
    return `${Type} ${Action}`;
  });
  return [...new Set(actions)];
}

Deno.test("recorded: containers of Docker", () => {
  const { web, host, paused, stopped, ...others } = docker.inspect;
  const read = readContainer(web)!;
  assertEquals(read.name, "web");
  assertEquals([read.project, read.service], ["shop", "web"]);
  assertEquals(read.health, "none");
  assertEquals(read.networks, [
    { name: "backa", addresses: ["10.213.12.2"] },
    { name: "fronta", addresses: ["10.213.11.2"] },
  ]);
  assertEquals(read.ports, [{ port: 8443, transport: "tcp" }]);
  for (const [health, answer] of Object.entries(others)) {
    assertEquals(readContainer(answer)?.health, health);
  }
  assertEquals(readContainer(host)?.hostNetwork, true);
  assertEquals(
    [read, readContainer(paused)!, readContainer(stopped)!].map((each) =>
      each.running
    ),
    [true, false, false],
  );
});

Deno.test("recorded: containers of Podman", () => {
  const { web, ...others } = podman.inspect;
  const read = readContainer(web)!;
  assertEquals(read.name, "web");
  // It says an empty text.
  assertEquals(read.health, "none");
  assertEquals(read.networks, [
    { name: "neta", addresses: ["10.213.1.2"] },
    { name: "netb", addresses: ["10.213.2.2"] },
  ]);
  assertEquals(read.ports, [{ port: 8443, transport: "tcp" }]);
  for (const [health, answer] of Object.entries(others)) {
    assertEquals(readContainer(answer)?.health, health);
  }
});

Deno.test("recorded: events of Docker and Podman", () => {
  const both = [
    ...["container die", "container kill", "container rename"],
    ...["container start", "container stop"],
    ...["network connect", "network disconnect"],
  ];
  assertEquals(
    known(docker.events).sort(),
    [
      ...both,
      ...["container destroy", "container pause", "container unpause"],
      ...["healthy", "unhealthy"].map((each) =>
        `container health_status: ${each}`
      ),
    ].sort(),
  );
  assertEquals(
    known(podman.events).sort(),
    [
      ...both,
      ...["container exec_died", "container health_status"],
      ...["container pause", "container remove"],
    ].sort(),
  );
  // The network is the actor, or the container is.
  const ids = (events: readonly { Type: string }[]) =>
    new Set(
      events.filter(({ Type }) => Type === "network")
        .map((event) => readEvent(JSON.stringify(event))?.id),
    );
  const of = (engine: { inspect: { web: { Id: string } } }) =>
    engine.inspect.web.Id;
  assertEquals(ids(docker.events).has(of(docker)), true);
  assertEquals(ids(podman.events).has(of(podman)), true);
});

for (const [name, engine] of Object.entries({ docker, podman })) {
  Deno.test(`recorded: the list of ${name}, and its version`, async () => {
    await using folder = await tempFolder();
    await using fake = new FakeEngine(`${folder.path}/engine.sock`);
    fake.intercept = (path) =>
      Response.json(path === "/version" ? engine.version : engine.list);
    using client = new EngineClient({ socket: fake.socket });
    const { apiVersion } = await client.connect();
    assertEquals(apiVersion, "1.41");
    const listed = await client.list();
    assertEquals(
      listed.some(({ id }) => id === engine.inspect.web.Id),
      true,
    );
    // What has no label for passthru is not in it.
    const labelled = engine.list.filter(({ Labels }) =>
      Object.keys(Labels).some((label) => label.startsWith("passthru."))
    );
    assertEquals(listed.length, labelled.length);
  });
}
