/** Reading what the API says of a container. */
import { assert, assertEquals } from "@std/assert";
import {
  byAge,
  hasOwnLabel,
  MAX_LABEL_LENGTH,
  MAX_LABELS,
  readContainer,
} from "../../src/containers/container.ts";
import { container, inspectAnswer } from "../support/containers.ts";

Deno.test("container: read from an answer", () => {
  const read = container(7, {
    name: "web",
    labels: {
      "passthru.rule": "TLS SNI a.example",
      "com.docker.compose.project": "shop",
      "com.docker.compose.service": "web",
      "other": "x",
    },
    health: "healthy",
    networks: { front: "10.88.0.7", back: "" },
    ports: ["9000/udp", "8443/tcp", "70000/tcp", "x/tcp"],
  });
  assertEquals(read.name, "web");
  assertEquals([...read.labels], [["rule", "TLS SNI a.example"]]);
  assertEquals([read.project, read.service], ["shop", "web"]);
  assertEquals(read.health, "healthy");
  assert(read.running);
  assertEquals(read.networks, [
    { name: "front", addresses: ["10.88.0.7"] },
    { name: "back", addresses: [] },
  ]);
  assertEquals(read.ports, [
    { port: 8443, transport: "tcp" },
    { port: 9000, transport: "udp" },
  ]);
});

Deno.test("container: what is no container is none, and nothing throws", () => {
  for (
    const answer of [
      null,
      "x",
      [],
      {},
      { Id: 5 },
      { Id: "../../etc" },
      { Id: "AB".repeat(32) },
    ]
  ) {
    assertEquals(readContainer(answer), null, JSON.stringify(answer));
  }
  const bare = readContainer({ Id: "ab".repeat(32), Config: null, State: [] });
  assertEquals(bare?.running, false);
  assertEquals(bare?.health, "none");
  assertEquals(bare?.createdNs, 0n);
});

Deno.test("container: one that is paused does not count as running", () => {
  assert(!container(1, { paused: true }).running);
  assert(!container(1, { running: false }).running);
});

Deno.test("container: Podman's empty health is none, and words unknown too", () => {
  assertEquals(container(1, { health: "" }).health, "none");
  assertEquals(container(1, { health: "none" }).health, "none");
  assertEquals(container(1, { health: "starting" }).health, "starting");
});

Deno.test("container: labels are bounded in number and length", () => {
  const long = "x".repeat(10 * 1024 * 1024);
  const one = container(1, {
    labels: { "passthru.rule": long, "com.docker.compose.project": long },
  });
  assertEquals(one.labels.get("rule"), null);
  assertEquals(one.project, null);
  const most = container(1, {
    labels: { "passthru.rule": "x".repeat(MAX_LABEL_LENGTH) },
  });
  assertEquals(most.labels.get("rule")?.length, MAX_LABEL_LENGTH);
  const labels = Object.fromEntries(
    Array.from(
      { length: MAX_LABELS + 5 },
      (_, i) => [`passthru.r${i}.rule`, ""],
    ),
  );
  const many = container(1, { labels });
  assertEquals(many.labels.size, MAX_LABELS);
  assertEquals(many.labelsLeftOut, 5);
});

Deno.test("container: the older one is first, to the nanosecond", () => {
  const made = (number: number, created: string) =>
    readContainer({ ...inspectAnswer(number), Created: created })!;
  // Engines leave zeros at the end out, and may write another time zone.
  const times = [
    "2026-11-28T23:23:45.69Z",
    "2026-11-28T23:23:45.690000001Z",
    "2026-11-29T00:23:45.69544361+01:00",
    "2026-11-28T23:23:46Z",
  ];
  const all = times.map((time, index) => made(9 - index, time));
  assertEquals([...all].reverse().sort(byAge), all);
  const same = [made(2, times[0]!), made(1, times[0]!)];
  assertEquals(same.sort(byAge).map(({ id }) => id[11]), ["1", "2"]);
});

Deno.test("container: which labels are for passthru", () => {
  assert(hasOwnLabel({ "passthru.rule": "" }));
  assert(!hasOwnLabel({ "passthru": "", "traefik.enable": "true" }));
  assert(!hasOwnLabel(null));
});
