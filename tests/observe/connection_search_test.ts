import { assert, assertEquals } from "@std/assert";
import { searchViews } from "../../src/observe/connection_search.ts";
import {
  type ConnectionPhase,
  type ConnectionQuery,
  toView,
} from "../../src/observe/connection_view.ts";
import type { Report } from "../../src/observe/report.ts";
import { reportOf } from "../support/views.ts";

/** The numbers of the connections that a query finds among these. */
function found(
  query: ConnectionQuery,
  ...connections: (Partial<Report> & { phase?: ConnectionPhase })[]
): number[] {
  const views = connections.map(({ phase = "closed", ...fields }, i) =>
    toView(reportOf(i + 1, fields), { phase, generation: 1, worker: 0 })
  );
  const { matched, connections: list } = searchViews(views, query);
  assert(matched >= list.length);
  return list.map(({ id }) => id);
}

Deno.test("search: all that is given must fit", () => {
  const all = [
    { listener: ":1", target: "a:1", reason: "target_eof" },
    { listener: ":1", target: "b:1", protocol: "SSH" },
    { listener: ":2", target: "a:1", protocol: "SSH" },
  ] as const;
  assertEquals(found({}, ...all), [3, 2, 1]);
  assertEquals(found({ listener: ":1" }, ...all), [2, 1]);
  assertEquals(found({ protocol: "SSH" }, ...all), [3, 2]);
  assertEquals(found({ target: "a:1" }, ...all), [3, 1]);
  assertEquals(found({ reason: "target_eof" }, ...all), [1]);
  assertEquals(found({ protocol: "SSH", target: "a:1" }, ...all), [3]);
  assertEquals(found({ protocol: "SSH", reason: "limit" }, ...all), []);
  assertEquals(found({ listener: "" }, ...all), []);
});

Deno.test("search: unidentified is what no detector has matched and none will", () => {
  const all = [
    { protocol: null },
    { protocol: null, phase: "peeking" },
    { protocol: null, phase: "forwarding" },
    { protocol: "SILENT" },
  ] as const;
  assertEquals(found({ protocol: "unidentified" }, ...all), [3, 1]);
  assertEquals(found({ protocol: "SILENT" }, ...all), [4]);
});

Deno.test("search: words are found anywhere, in any case, and not across fields", () => {
  const all: Partial<Report>[] = [
    { facts: { sni: "www.example.com", alpn: ["h2", "http/1.1"] } },
    { client: "[2001:db8::7]:443", name: "Shop", facts: {} },
    { error: "Cannot dial 10.0.0.9:22: connection refused", facts: {} },
    { rule: "TLS/SNI *.Example.org", facts: {} },
  ];
  assertEquals(found({ q: "EXAMPLE" }, ...all), [4, 1]);
  assertEquals(found({ q: "http/1.1" }, ...all), [1]);
  assertEquals(found({ q: "  h2  www " }, ...all), [1]);
  assertEquals(found({ q: "2001:db8::7 shop" }, ...all), [2]);
  assertEquals(found({ q: "refused" }, ...all), [3]);
  assertEquals(found({ q: "h2 shop" }, ...all), []);
  assertEquals(found({ q: "h2http/1.1" }, ...all), []);
  assertEquals(found({ q: " " }, ...all), [4, 3, 2, 1]);
});

Deno.test("search: the newest first, or the largest of a number", () => {
  const all = [
    { acceptedAt: 30, bytesUp: 1, bytesDown: 9, totalMs: 5 },
    { acceptedAt: 10, bytesUp: 8, bytesDown: 1, totalMs: 7 },
    { acceptedAt: 20, bytesUp: 8, bytesDown: 8, totalMs: 6 },
  ];
  assertEquals(found({}, ...all), [1, 3, 2]);
  assertEquals(found({ sort: "accepted_at" }, ...all), [1, 3, 2]);
  assertEquals(found({ sort: "bytes" }, ...all), [3, 1, 2]);
  assertEquals(found({ sort: "bytes_up" }, ...all), [3, 2, 1]);
  assertEquals(found({ sort: "bytes_down" }, ...all), [1, 3, 2]);
  assertEquals(found({ sort: "duration_seconds" }, ...all), [2, 3, 1]);
});

Deno.test("search: 200 are given unless more are asked for, 1000 at most", () => {
  const views = Array.from(
    { length: 1_500 },
    (_, i) =>
      toView(reportOf(i), { phase: "closed", generation: 1, worker: 0 }),
  );
  const given = (query: ConnectionQuery) => {
    const { matched, connections } = searchViews(views, query);
    assertEquals(matched, 1_500);
    return connections.length;
  };
  assertEquals(given({}), 200);
  assertEquals(given({ limit: 3 }), 3);
  assertEquals(given({ limit: 1_000_000 }), 1_000);
});
