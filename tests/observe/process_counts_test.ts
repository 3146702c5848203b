import { assert, assertEquals } from "@std/assert";
import type { State } from "../../src/admin/api.ts";
import { CLOSE_REASONS } from "../../src/observe/close_reasons.ts";
import type { CountedNames } from "../../src/observe/counted_names.ts";
import { CountingObserver } from "../../src/observe/counting_observer.ts";
import { ProcessCounts } from "../../src/observe/process_counts.ts";
import type { ProcessTraffic } from "../../src/observe/traffic.ts";
import { FACTS, FakeConnection, NAMES, samples } from "../support/counted.ts";
import { programTest, run } from "../support/programs.ts";

const ACTIVE = 'passthru_connections_active{listener=":443"}';
const ACCEPTED = 'passthru_connections_accepted_total{listener=":443"}';

/** A config of one listener and target. */
function namesOf(listener: string, target: string): CountedNames {
  const rules = [{ rule: "SSH/CATCHALL", targets: [target], named: false }];
  return { listeners: [{ listener, protocols: ["SSH"], rules }] };
}

/** Opens a connection to a target. */
function joined(
  observer: CountingObserver,
  listener: string,
  target: string,
): FakeConnection {
  const conn = new FakeConnection(listener, observer);
  conn.detect({ protocol: "SSH", rule: "SSH/CATCHALL" });
  conn.join(target);
  return conn;
}

Deno.test("ProcessCounts: all series of a config are there at zero", () => {
  const counts = new ProcessCounts();
  counts.expect({}, NAMES);
  const values = samples(counts);
  const at = (series: string) => values.get(`passthru_${series}`);
  for (const reason of CLOSE_REASONS) {
    const series =
      `connections_closed_total{listener=":443",reason="${reason}"}`;
    assertEquals(at(series), 0, series);
  }
  for (
    const series of [
      'connections_accepted_total{listener=":443"}',
      'connections_active{listener=":443"}',
      'connections_rejected_total{listener=":443",reason="limit"}',
      'connections_rejected_total{listener=":443",reason="denied"}',
      'accept_errors_total{listener=":443",code="EMFILE"}',
      'detections_total{listener=":443",protocol="TLS",outcome="match"}',
      'detections_total{listener=":443",protocol="unidentified",outcome="eof"}',
      'detection_duration_seconds_count{listener=":443"}',
      'detection_bytes_sum{listener=":443"}',
      'upstream_connections_active{upstream="{sni}:443"}',
      'upstream_dial_duration_seconds_bucket{upstream="10.0.0.5:22",le="10"}',
      'upstream_dial_errors_total{upstream="10.0.0.5:22",code="ECONNREFUSED"}',
      'relayed_bytes_total{listener=":443",upstream="{sni}:443",direction="up"}',
      'connection_duration_seconds_bucket{listener=":443",le="86400"}',
      'config_reloads_total{result="failed"}',
      "worker_crashes_total",
    ]
  ) assertEquals(at(series), 0, series);
  // Nobody checks it, and no dial has failed.
  assertEquals(at('upstream_healthy{upstream="10.0.0.5:22"}'), undefined);
  assertEquals(at('workers{state="serving"}'), 1);
  assertEquals(at('build_info{version="0.1.0",deno="2.9.6"}'), 1);
  assertEquals(values.get("process_start_time_seconds"), 1_700_000_000);
});

Deno.test("ProcessCounts: data planes add up; what a crashed one had open is gone, what it counted stays", () => {
  const counts = new ProcessCounts();
  counts.expect({}, NAMES);
  const planes = [1, 2].map(() => {
    const observer = new CountingObserver(NAMES);
    return { observer, sink: counts.sink() };
  });
  const ship = () =>
    planes.forEach(({ observer, sink }) => sink.add(observer.take()));
  for (const { observer } of planes) {
    joined(observer, ":443", "10.0.0.5:22");
    new FakeConnection(":443", observer);
  }
  ship();
  assertEquals(samples(counts).get(ACTIVE), 4);
  planes[0]!.sink.retire();
  assertEquals(samples(counts).get(ACTIVE), 2);
  assertEquals(samples(counts).get(ACCEPTED), 4);
  // What it had sent before it crashed, and comes only now.
  const late = new CountingObserver(NAMES);
  new FakeConnection(":443", late);
  planes[0]!.sink.add(late.take());
  assertEquals(samples(counts).get(ACTIVE), 2);
  assertEquals(samples(counts).get(ACCEPTED), 5);
  assertEquals(counts.traffic().total.active, 2);
  assertEquals(counts.traffic().targets[1]!.active, 1);
});

Deno.test("ProcessCounts: series of a config that is gone are read once more, then they are gone", () => {
  const counts = new ProcessCounts();
  const [old, fresh] = [{}, {}];
  counts.expect(old, namesOf(":1", "a:1"));
  const observer = new CountingObserver(namesOf(":1", "a:1"));
  joined(observer, ":1", "a:1").close("client_eof");
  counts.add(observer.take());
  const accepted = 'passthru_connections_accepted_total{listener=":1"}';
  counts.expect(fresh, namesOf(":2", "a:1"));
  assertEquals(samples(counts).get(accepted), 1, "the old one drains");
  assertEquals(samples(counts).get(accepted), 1, "the old one drains");
  counts.forget(old);
  assertEquals(
    counts.traffic().listeners.map(({ listener }) => listener),
    [":2"],
  );
  assertEquals(samples(counts).get(accepted), 1, "once more");
  const values = samples(counts);
  assertEquals(
    [...values.keys()].filter((series) => series.includes('listener=":1"')),
    [],
  );
  const dialled = "passthru_upstream_dial_duration_seconds_count";
  assertEquals(values.get(`${dialled}{upstream="a:1"}`), 1, "both have it");
  const { total, closed } = counts.traffic();
  assertEquals([total.connections, closed], [1, { client_eof: 1 }]);
});

Deno.test("ProcessCounts: a target that DNS has no more stays while it has connections", () => {
  const counts = new ProcessCounts();
  const owner = {};
  const observer = new CountingObserver(namesOf(":1", "a:1"));
  const sink = counts.sink();
  counts.expect(owner, namesOf(":1", "a:1"));
  const conn = joined(observer, ":1", "a:1");
  sink.add(observer.take());
  counts.expect(owner, namesOf(":1", "b:1"));
  const targets = () => counts.traffic().targets.map(({ target }) => target);
  samples(counts);
  assertEquals(targets(), ["b:1", "a:1"]);
  conn.close("target_eof");
  sink.add(observer.take());
  assertEquals(targets(), ["b:1"]);
  assert(counts.prometheusText(FACTS).includes('upstream="a:1"'));
  assert(!counts.prometheusText(FACTS).includes('upstream="a:1"'));
});

Deno.test("ProcessCounts: what nobody reads does not pile up", () => {
  let nowMs = 0;
  const counts = new ProcessCounts(() => nowMs);
  const owner = {};
  for (let i = 0; i < 100; i++) {
    counts.expect(owner, namesOf(":1", `a:${i + 1}`));
    nowMs += 60_000;
  }
  const text = counts.prometheusText(FACTS);
  const kept = new Set(text.match(/upstream="a:\d+"/g));
  assert(kept.size <= 12, `${kept.size} targets`);
});

Deno.test("ProcessCounts: the numbers fit the admin API's state", () => {
  const counts = new ProcessCounts();
  counts.expect({}, NAMES);
  const observer = new CountingObserver(NAMES);
  joined(observer, ":443", "10.0.0.5:22").flow(1, 2);
  const conn = joined(observer, ":443", "10.0.0.5:22");
  conn.flow(10, 20);
  conn.close("client_eof");
  observer.dialled({ target: "10.0.0.5:22", ms: 1, code: "TIMEOUT" });
  counts.add(observer.take());
  const traffic: ProcessTraffic = counts.traffic();
  const all = { active: 1, connections: 2, bytes_up: 11, bytes_down: 22 };
  const none = { active: 0, connections: 0, bytes_up: 0, bytes_down: 0 };
  const state: Pick<State, "total" | "protocols" | "closed"> = traffic;
  assertEquals(state.total, all);
  assertEquals(state.closed, { client_eof: 1 });
  assertEquals(traffic, {
    ...state,
    listeners: [{ listener: ":443", ...all, refused: 0 }],
    protocols: [
      { protocol: "TLS", ...none },
      { protocol: "SSH", ...all },
      { protocol: "unidentified", ...none },
    ],
    targets: [
      { target: "{sni}:443", ...none, dials: 0, dial_errors: 0 },
      { target: "10.0.0.5:22", ...all, dials: 3, dial_errors: 1 },
    ],
    rules: [
      { listener: ":443", rule: "TLS/SNI *.example.com", connections: 0 },
      { listener: ":443", rule: "SSH/CATCHALL", connections: 2 },
    ],
  });
});

Deno.test("ProcessCounts: log lines that data planes drop are added up", () => {
  const counts = new ProcessCounts();
  const some = { counters: [], histograms: [], gauges: [] };
  const [one, two] = [counts.sink(), counts.sink()];
  one.add({ ...some, logLinesDropped: 3 });
  one.retire();
  one.add(some);
  two.add({ ...some, logLinesDropped: 4 });
  assertEquals(counts.logLinesDropped, 7);
});

programTest(
  ["promtool"],
  "promtool finds nothing to say against the metrics",
  async () => {
    const counts = new ProcessCounts();
    counts.expect({}, NAMES);
    const observer = new CountingObserver(NAMES);
    joined(observer, ":443", 'odd "name"\\\n').flow(1, 2);
    counts.add(observer.take());
    const text = counts.prometheusText({ ...FACTS, logLinesDropped: 0 });
    const { code, stderr, text: said } = await run(
      "promtool",
      ["check", "metrics"],
      { stdin: new TextEncoder().encode(text) },
    );
    assertEquals([code, said, stderr], [0, "", ""]);
  },
);
