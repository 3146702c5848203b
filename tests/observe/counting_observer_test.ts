import { assert, assertEquals } from "@std/assert";
import { isEmpty } from "../../src/observe/counts.ts";
import {
  Counted,
  FACTS,
  FakeConnection,
  reportOf,
} from "../support/counted.ts";

const SSH = { protocol: "SSH", rule: "SSH/CATCHALL" };
const L = 'listener=":443"';

Deno.test("counts: a connection is counted from accept to close", () => {
  const counted = new Counted();
  const conn = counted.open();
  const active = `connections_active{${L}}`;
  const accepted = `connections_accepted_total{${L}}`;
  assertEquals(counted.read(active, accepted), [1, 1]);
  conn.detect(SSH, { bytes: 20, end: null });
  conn.join("10.0.0.5:22");
  const joined = 'upstream_connections_active{upstream="10.0.0.5:22"}';
  const protocol = 'protocol_connections_active{protocol="SSH"}';
  assertEquals(counted.read(active, joined, protocol), [1, 1, 1]);
  conn.close("client_eof");
  assertEquals(
    counted.read(
      active,
      accepted,
      joined,
      protocol,
      `connections_closed_total{${L},reason="client_eof"}`,
      `detections_total{${L},protocol="SSH",outcome="match"}`,
      `detection_bytes_bucket{${L},le="16"}`,
      `detection_bytes_bucket{${L},le="32"}`,
      'upstream_connections_total{upstream="10.0.0.5:22"}',
      'upstream_dial_duration_seconds_count{upstream="10.0.0.5:22"}',
      `connection_duration_seconds_bucket{${L},le="0.01"}`,
    ),
    [0, 1, 0, 0, 1, 1, 0, 1, 1, 1, 1],
  );
});

Deno.test("counts: bytes of an open connection count as they flow, and the rest at its close", () => {
  const counted = new Counted();
  const conn = counted.open();
  conn.detect(SSH);
  conn.join("10.0.0.5:22");
  const bytes = ["up", "down"].map((direction) =>
    `relayed_bytes_total{${L},upstream="10.0.0.5:22",direction="${direction}"}`
  );
  conn.flow(10, 1_000);
  assertEquals(counted.read(...bytes), [10, 1_000]);
  conn.flow(5, 0);
  assertEquals(counted.read(...bytes), [15, 1_000]);
  assertEquals(counted.read(...bytes), [15, 1_000]);
  conn.flow(0, 7);
  conn.close("target_eof");
  assertEquals(counted.read(...bytes), [15, 1_007]);
  assertEquals(conn.snapshots, 1, "its report is asked for once");
});

Deno.test("counts: a report with fewer bytes than were seen takes none back", () => {
  const counted = new Counted();
  const conn = counted.open();
  conn.detect(SSH);
  conn.join("10.0.0.5:22");
  conn.flow(10, 10);
  counted.read();
  conn.bytes = { up: 0, down: 0 };
  conn.close("internal_error");
  const up = `relayed_bytes_total{${L},upstream="10.0.0.5:22",direction="up"}`;
  assertEquals(counted.read(up), [10]);
});

Deno.test("counts: a target that clients name counts by the config's text", () => {
  const counted = new Counted();
  for (const name of ["a", "b"]) {
    const conn = counted.open();
    conn.detect({ protocol: "TLS", rule: "TLS/SNI *.example.com" });
    conn.phase = "forwarding";
    conn.flow(1, 1);
    conn.close("client_eof", { target: `${name}.example.com:443` });
  }
  const { counts } = counted;
  const up = `relayed_bytes_total{${L},upstream="{sni}:443",direction="up"}`;
  assertEquals(counted.read(up), [2]);
  assert(!counts.prometheusText(FACTS).includes("a.example.com"));
  assertEquals(
    counts.traffic().targets.map(({ target, connections }) => [
      target,
      connections,
    ]),
    [["{sni}:443", 2], ["10.0.0.5:22", 0]],
  );
});

Deno.test("counts: who is not let in is counted, and never was a connection", () => {
  const counted = new Counted();
  const refuse = (error: string) =>
    counted.observer.closed(reportOf(":443", "limit", { error }), null);
  refuse("max_connections 5 reached");
  refuse("in deny");
  refuse("not in allow");
  // Behind a PROXY header it had been let in.
  counted.open().close("limit", { error: "in deny" });
  assertEquals(
    counted.read(
      `connections_rejected_total{${L},reason="limit"}`,
      `connections_rejected_total{${L},reason="denied"}`,
      `connections_accepted_total{${L}}`,
      `connections_closed_total{${L},reason="limit"}`,
      `connections_active{${L}}`,
    ),
    [1, 3, 1, 1, 0],
  );
});

Deno.test("counts: errors of accepts and dials count by their code", () => {
  const counted = new Counted();
  counted.observer.acceptFailed(":443", "EMFILE");
  counted.observer.dialled({ target: "t:1", ms: 2, code: "ECONNREFUSED" });
  counted.observer.dialled({ target: "t:1", ms: 20_000, code: "TIMEOUT" });
  assertEquals(
    counted.read(
      `accept_errors_total{${L},code="EMFILE"}`,
      'upstream_dial_errors_total{upstream="t:1",code="ECONNREFUSED"}',
      'upstream_dial_errors_total{upstream="t:1",code="TIMEOUT"}',
      'upstream_dial_duration_seconds_bucket{upstream="t:1",le="0.0025"}',
      'upstream_dial_duration_seconds_bucket{upstream="t:1",le="10"}',
      'upstream_dial_duration_seconds_bucket{upstream="t:1",le="+Inf"}',
      'upstream_dial_duration_seconds_sum{upstream="t:1"}',
    ),
    [1, 1, 1, 1, 1, 2, 20.002],
  );
});

Deno.test("counts: targets without end are counted and not kept", () => {
  const { observer, counts } = new Counted();
  const held = new FakeConnection(":443", observer);
  held.detect(SSH);
  held.join("held:1");
  for (let nth = 0; nth < 10_000; nth++) {
    const conn = new FakeConnection(":443", observer);
    conn.detect(SSH);
    conn.join(`found:${nth}`);
    conn.flow(1, 2);
    conn.close("client_eof");
    if (nth % 100 === 0) counts.add(observer.take());
  }
  held.flow(5, 5);
  counts.add(observer.take());
  assert(observer.targets <= 1_100, `${observer.targets} are kept`);
  const { total, targets } = counts.traffic();
  assertEquals(total, {
    active: 1,
    connections: 10_001,
    bytes_up: 10_005,
    bytes_down: 20_005,
  });
  assertEquals(
    targets.filter(({ target }) => target === "held:1")
      .map(({ active, bytes_up }) => [active, bytes_up]),
    [[1, 5]],
  );
  held.close("client_eof");
  counts.add(observer.take());
  assertEquals(counts.traffic().total.active, 0);
});

Deno.test("counts: what was taken is not there a second time", () => {
  const { observer } = new Counted();
  const conn = new FakeConnection(":443", observer);
  assert(!isEmpty(observer.take()));
  assert(isEmpty(observer.take()));
  conn.close("client_eof");
  assert(!isEmpty(observer.take()));
  assert(isEmpty(observer.take()));
  assertEquals(observer.connections, 0);
});

Deno.test("counts: what is taken can be sent to another thread", () => {
  const { observer } = new Counted();
  const conn = new FakeConnection(":443", observer);
  conn.detect(SSH);
  conn.join("10.0.0.5:22");
  const counts = observer.take();
  assertEquals(structuredClone(counts), counts);
});
