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
import { besideNginx, besideSslh } from "../support/beside_originals.ts";
import type { Openings } from "../support/same_targets.ts";
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
    const sent = await openings();
    const found = await besideSslh(
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
      { targets: TARGETS, openings: sent },
    );
    assert(Object.keys(found.targets).length > 300);
    assert(
      Object.values(found.targets).filter((one) => one === "tls").length > 5,
    );
    for (const [name, difference] of Object.entries(found.differences)) {
      // sslh takes for HTTP what has this word anywhere, and each OPTIONS.
      assertEquals(difference, "web → rest", name);
      const text = new TextDecoder("latin1").decode(
        sent[name]![0],
      );
      assert(text.includes("HTTP") || text.startsWith("OPTIONS"), name);
    }
  },
});

Deno.test({
  name: "import nginx: connections of the corpus",
  ignore,
  fn: async () => {
    const sent = await openings();
    const found = await besideNginx(
      `
  preread_timeout 1s;
  map $ssl_preread_server_name $name {
    ~^[a-m] 127.0.0.1:{web};
    ~.      127.0.0.1:{tls};
    default 127.0.0.1:{rest};
  }
  server { listen 127.0.0.1:{port}; ssl_preread on; proxy_pass $name; }`,
      { targets: TARGETS, openings: sent },
    );
    assert(Object.keys(found.targets).length > 300);
    assert(
      Object.values(found.targets).filter((one) => one !== "rest").length > 5,
    );
    for (const [name, difference] of Object.entries(found.differences)) {
      // nginx waits for 5 bytes, then closes; passthru takes what there is.
      assertEquals(difference, "closed → rest", name);
      assert(sent[name]![0]!.length < 5, name);
    }
  },
});
