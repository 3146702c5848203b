/** What is counted by data planes in this thread. */
import { assert, assertEquals, fail } from "@std/assert";
import { planNames } from "../../src/control/plan_names.ts";
import { threadPlanes } from "../../src/control/thread_planes.ts";
import { Supervisor } from "../../src/control/supervisor.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { Logger } from "../../src/observe/log.ts";
import { helloRecord } from "../support/client_hello.ts";
import { samples } from "../support/counted.ts";
import { connectLocal } from "../support/dialogue.ts";
import { forwardTo, oneServer } from "../support/passthru.ts";
import { namedEcho } from "../support/services.ts";
import { planOf } from "../support/supervise.ts";
import { bytesOf, closedPort, readAll, writeAll } from "../support/tcp.ts";

const registry = new Registry(BUILTINS);

function counted(): Supervisor {
  const logger = new Logger({ write: () => {} });
  return new Supervisor({
    makePlane: threadPlanes(registry, logger),
    logger,
    cores: 1,
    isCounted: () => true,
    onFailure: (error) => fail(error.message),
  });
}

/** Says something to the end, and hears the answer. */
async function say(port: number, bytes: Uint8Array): Promise<number> {
  const conn = await connectLocal(port);
  await writeAll(conn, bytes);
  await conn.closeWrite();
  const { length } = await readAll(conn);
  conn.close();
  return length;
}

Deno.test("counts without workers: by listener, protocol, rule, target and reason", async () => {
  await using echo = namedEcho("one");
  const control = counted();
  const nobody = `127.0.0.1:${closedPort()}`;
  const servers = {
    SSH: { CATCHALL: { action: "REJECT" } },
    TLS: {
      "SNI *.localhost": {
        action: "FORWARD",
        to_addr: `{sni}:${echo.port}`,
        allow_private: true,
      },
    },
    HTTP: forwardTo(nobody),
    CATCHALL: forwardTo(echo.address),
  };
  await control.serve(planOf(oneServer(servers), registry));
  const { port } = control.listeners[0]!.address;
  await say(port, bytesOf("SSH-2.0-x\r\n"));
  await say(port, helloRecord({ sni: "a.localhost" }));
  await say(port, helloRecord({ sni: "b.localhost" }));
  await say(port, bytesOf("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  await say(port, new Uint8Array([0x80, 0x80, 0x80]));
  await control.stop(1_000);
  const counts = await control.planes.counts();
  const values = samples(counts);
  const at = (series: string) => values.get(`passthru_${series}`);
  const L = 'listener="127.0.0.1:0"';
  const named = `{sni}:${echo.port}`;
  assertEquals([
    at(`connections_accepted_total{${L}}`),
    at(`connections_active{${L}}`),
    at(`connections_closed_total{${L},reason="rejected"}`),
    // Not every resolver has the names below "localhost".
    at(`connections_closed_total{${L},reason="dial_failed"}`)! +
    at(`connections_closed_total{${L},reason="client_eof"}`)!,
    at(`detections_total{${L},protocol="TLS",outcome="match"}`),
    at(`detection_duration_seconds_count{${L}}`),
    at(`upstream_dial_duration_seconds_count{upstream="${named}"}`),
    at(`upstream_connections_total{upstream="${nobody}"}`),
    at(`upstream_dial_errors_total{upstream="${nobody}",code="ECONNREFUSED"}`),
    at(`relayed_bytes_total{${L},upstream="${echo.address}",direction="up"}`),
    at(`relayed_bytes_total{${L},upstream="${echo.address}",direction="down"}`),
    at(`connection_duration_seconds_count{${L}}`),
  ], [5, 0, 1, 4, 2, 5, 2, 0, 1, 3, 7, 5]);
  assert(![...values.keys()].some((series) => series.includes("a.local")));
});

Deno.test("planNames() has what the config names, and of services what was found", () => {
  const to = (to_addr: string, more = {}) => ({
    action: "FORWARD",
    to_addr,
    ...more,
  });
  const plan = planOf({
    version: "v1.0.0",
    servers: {
      ":443": {
        TLS: {
          "SNI *.example.com": to("{sni}:443"),
          "SNI a.test": to("srv:_a._tcp.test", { within: ["10.0.0.0/8"] }),
          CATCHALL: { action: "REJECT" },
        },
        SILENT: { CATCHALL: to("10.0.0.5:22") },
      },
    },
  }, registry);
  assertEquals(planNames(plan, () => ["10.0.0.1:80"]), {
    listeners: [{
      listener: ":443",
      protocols: ["TLS", "SILENT"],
      rules: [
        {
          rule: "TLS/SNI *.example.com",
          targets: ["{sni}:443"],
          named: true,
        },
        { rule: "TLS/SNI a.test", targets: ["10.0.0.1:80"], named: false },
        { rule: "TLS/CATCHALL", targets: [], named: false },
        { rule: "SILENT/CATCHALL", targets: ["10.0.0.5:22"], named: false },
      ],
    }],
  });
});
