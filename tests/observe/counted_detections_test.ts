/** How identifications are counted. */
import { assertEquals } from "@std/assert";
import { Counted } from "../support/counted.ts";

const L = 'listener=":443"';

for (
  const [what, fate, detection, reason, labels] of [
    [
      "that matches",
      { protocol: "TLS", rule: "TLS/CATCHALL" },
      { bytes: 517, end: null },
      "client_eof",
      'protocol="TLS",outcome="match"',
    ],
    [
      "that no detector knows",
      { rule: "CATCHALL/CATCHALL" },
      { bytes: 9, end: null },
      "client_eof",
      'protocol="unidentified",outcome="no_match"',
    ],
    [
      "that takes too long",
      { rule: "CATCHALL/CATCHALL" },
      { bytes: 9, end: "deadline" },
      "client_eof",
      'protocol="unidentified",outcome="timeout"',
    ],
    [
      "that ends before it is known",
      {},
      { bytes: 9, end: "eof" },
      "no_route",
      'protocol="unidentified",outcome="eof"',
    ],
    [
      "that fills the buffer",
      {},
      { bytes: 16_384, end: "full" },
      "no_route",
      'protocol="unidentified",outcome="overflow"',
    ],
    [
      "that says nothing",
      { protocol: "SILENT", rule: "SILENT/CATCHALL" },
      { bytes: 0, end: "deadline" },
      "target_eof",
      'protocol="SILENT",outcome="timeout"',
    ],
  ] as const
) {
  Deno.test(`detections: an identification ${what}`, () => {
    const counted = new Counted();
    const conn = counted.open();
    conn.detect(fate, detection);
    conn.close(reason);
    assertEquals(counted.read(`detections_total{${L},${labels}}`), [1]);
  });
}

Deno.test("detections: what breaks before it is identified is no identification", () => {
  const counted = new Counted();
  counted.open().close("client_reset", { detectMs: 3 });
  assertEquals(
    counted.read(`detection_duration_seconds_count{${L}}`),
    [0],
  );
  assertEquals(
    counted.counts.traffic().protocols.map(({ protocol, connections }) => [
      protocol,
      connections,
    ]),
    [["TLS", 0], ["SSH", 0], ["unidentified", 1]],
  );
});
