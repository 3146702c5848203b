/** `passthru docker` with containers of a real Podman. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { answers as answersAt } from "../support/container_setup.ts";
import {
  askFor,
  containerConfig,
  startDocker,
} from "../support/docker_command.ts";
import { Podman, PODMAN_NEEDS, PODMAN_TO } from "../support/podman.ts";
import { startPassthru } from "../support/process.ts";
import { programs } from "../support/programs.ts";
import { until } from "../support/wait.ts";

const { ignore, missing } = programs(PODMAN_NEEDS);

// Without the right to make namespaces, what Podman answered when it was recorded
// is all that is tested (tests/containers/recorded_test.ts).
Deno.test({
  name: "podman: containers get routes, lose them, and outlive the service",
  ignore: ignore || !await Podman.isPossible(),
  async fn() {
    assertEquals(missing, [], "programs that must be installed");
    await using podman = await Podman.start();
    await using files = await containerConfig({ to: [PODMAN_TO] });
    await using passthru = await startPassthru(files.content, {
      file: files.config.path,
    });
    const [port] = passthru.ports as [number];
    const answers = (host: string, name: string) => answersAt(port, host, name);
    await using docker = await startDocker(files, podman.socket);
    const refusal = async (name: string) =>
      String(
        (await docker.line(({ msg, container }) =>
          msg === "route left out" && container === name
        ))["reason"],
      );

    await podman.container("web", { rule: "TLS SNI web.example" });
    await answers("web.example", "web");
    // Two networks, of which one is named, and another container's host.
    await podman.container("both", {
      rule: "TLS SNI both.example",
      networks: ["one", "two"],
    });
    assertMatch(await refusal("both"), /in 2 networks: .*"passthru\.network"/);
    await podman.container("two", {
      rule: "TLS SNI two.example",
      networks: ["one", "two"],
      args: ["--label", "passthru.network=two"],
    });
    await answers("two.example", "two");
    await podman.container("thief", { rule: "TLS SNI web.example ALPN h2" });
    assertMatch(await refusal("thief"), /belong to the older container "web"/);

    // It waits for its health check, which is run by hand.
    await podman.container("well", {
      rule: "TLS SNI well.example",
      args: [
        ...["--health-interval", "disable", "--health-retries", "1"],
        ...["--health-cmd", "CMD /bin/busybox true"],
      ],
    });
    await podman.container("after", { rule: "TLS SNI after.example" });
    await answers("after.example", "after");
    assertEquals(await askFor(port, "well.example"), "");
    await podman.run("healthcheck", "run", "well");
    await answers("well.example", "well");

    await podman.run("rename", "web", "renamed");
    await until(
      "the new name",
      async () =>
        (await Deno.readTextFile(files.out)).includes("// renamed (") || null,
    );
    await podman.leave();
    await docker.line(({ msg }) =>
      msg === "no answer from the container engine"
    );
    assertEquals(await askFor(port, "web.example"), "web");
    await podman.serve();
    await podman.run("stop", "--time", "0", "renamed");
    await answers("web.example", "");
    const text = await Deno.readTextFile(files.out);
    assert(!text.includes("renamed"), text);
    assert(text.includes("// two ("), text);
  },
});
