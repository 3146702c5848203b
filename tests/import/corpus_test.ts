/**
 * Real connections of the corpus through the real sslh and the real nginx, and
 * through passthru with what is imported of their configs.
 */
import { assert, assertEquals } from "@std/assert";
import {
  type Case,
  CORPUS,
  readCorpus,
  requireCorpusInCi,
  segmentsOf,
} from "../accuracy/corpus.ts";
import {
  startDaemon,
  startOnFreePorts,
  tempFolder,
} from "../support/daemon.ts";
import { NGINX_STREAM } from "../support/nginx_stream.ts";
import { compare, type Openings } from "../support/same_targets.ts";
import { NamedTargets } from "../support/named_targets.ts";
import { concat } from "../support/tcp.ts";

const ignore = !await requireCorpusInCi();
/** Connections of each protocol that are sent. */
const OF_EACH = 10;

/** Openings of the corpus by protocol and number: what came before an answer. */
async function openings(): Promise<Openings> {
  const by = Map.groupBy(
    (await readCorpus(CORPUS)).filter(isWanted),
    ({ expect }) => expect.protocol ?? "none",
  );
  return Object.fromEntries(
    [...by].flatMap(([protocol, cases]) =>
      cases.slice(0, OF_EACH).map((one, index) => [
        `${protocol} ${index}`,
        [
          concat(segmentsOf(one).slice(0, one.server_after ?? undefined))
            .subarray(0, 8000),
        ],
      ])
    ),
  );
}

/** The first bytes of a client that does not wait for the server. */
function isWanted({ server_first, ambiguous, segments }: Case): boolean {
  return !server_first && !ambiguous && segments.length > 0 &&
    segments[0] !== "";
}

const TARGETS = ["ssh", "web", "tls", "rest"];

Deno.test({
  name: "import sslh: connections of the corpus",
  ignore,
  fn: async () => {
    await using targets = new NamedTargets(TARGETS);
    await using folder = await tempFolder();
    const found = await startOnFreePorts(1, async ([port]) => {
      const original = targets.filled(
        `
timeout: 1;
on-timeout: "anyprot";
listen: ( { host: "127.0.0.1"; port: "{port}"; } );
protocols: (
  { name: "ssh"; host: "127.0.0.1"; port: "{ssh}"; },
  { name: "http"; host: "127.0.0.1"; port: "{web}"; },
  { name: "tls"; host: "127.0.0.1"; port: "{tls}"; },
  { name: "anyprot"; host: "127.0.0.1"; port: "{rest}"; }
);`,
        { port: port! },
      );
      await Deno.writeTextFile(`${folder.path}/sslh.cfg`, original);
      await using _sslh = await startDaemon({
        program: "sslh",
        args: ["-f", `-F${folder.path}/sslh.cfg`],
        ports: [port!],
      });
      return await compare({
        port: port!,
        original,
        file: "sslh.cfg",
        openings: await openings(),
      });
    });
    assert(Object.keys(found.targets).length > 300);
    assert(
      Object.values(found.targets).filter((one) => one === "tls").length > 5,
    );
    for (const [name, difference] of Object.entries(found.differences)) {
      // sslh takes for HTTP what has this word anywhere, and each OPTIONS.
      assertEquals(difference, "web → rest", name);
      const text = new TextDecoder("latin1").decode(
        (await openings())[name]![0],
      );
      assert(text.includes("HTTP") || text.startsWith("OPTIONS"), name);
    }
  },
});

Deno.test({
  name: "import nginx: connections of the corpus",
  ignore,
  fn: async () => {
    await using targets = new NamedTargets(TARGETS);
    await using folder = await tempFolder();
    const { path } = folder;
    const found = await startOnFreePorts(1, async ([port]) => {
      const original = targets.filled(
        `
load_module ${NGINX_STREAM};
daemon off; master_process off; pid ${path}/nginx.pid;
events { worker_connections 512; }
stream {
  access_log off;
  preread_timeout 1s;
  map $ssl_preread_server_name $name {
    ~^[a-m] 127.0.0.1:{web};
    ~.      127.0.0.1:{tls};
    default 127.0.0.1:{rest};
  }
  server { listen 127.0.0.1:{port}; ssl_preread on; proxy_pass $name; }
}`,
        { port: port! },
      );
      await Deno.writeTextFile(`${path}/nginx.conf`, original);
      const log = `${path}/error.log`;
      await using _nginx = await startDaemon({
        program: "nginx",
        args: ["-p", path, "-e", log, "-c", `${path}/nginx.conf`],
        ports: [port!],
        log,
      });
      return await compare({
        port: port!,
        original,
        file: "nginx.conf",
        openings: await openings(),
      });
    });
    assert(Object.keys(found.targets).length > 300);
    assert(
      Object.values(found.targets).filter((one) => one !== "rest").length > 5,
    );
    for (const [name, difference] of Object.entries(found.differences)) {
      // nginx waits for 5 bytes, then closes; passthru takes what there is.
      assertEquals(difference, "closed → rest", name);
      assert((await openings())[name]![0]!.length < 5, name);
    }
  },
});
