import { assertEquals } from "@std/assert";
import { CountShipper } from "../../src/observe/count_shipper.ts";
import { CountingObserver } from "../../src/observe/counting_observer.ts";
import type { Counts } from "../../src/observe/counts.ts";
import { FakeConnection, NAMES } from "../support/counted.ts";
import { until } from "../support/wait.ts";

/** An observer whose counts are sent here. */
function shipping(everyMs: number) {
  const shipped: Counts[] = [];
  const observer = new CountingObserver(NAMES, () => shipper.wake());
  const shipper = new CountShipper({
    observer,
    ship: (counts) => shipped.push(counts),
    everyMs,
  });
  return { observer, shipper, shipped };
}

/** Waits until so many were sent. The timers themselves hold up nothing. */
async function sent(shipped: readonly Counts[], count: number): Promise<void> {
  await until(
    `${count} batches`,
    () => shipped.length >= count ? true : null,
  );
}

Deno.test("CountShipper: what is counted is sent after a while, and the bytes that flow then", async () => {
  const { observer, shipper, shipped } = shipping(5);
  const conn = new FakeConnection(":443", observer);
  conn.detect({ protocol: "SSH", rule: "SSH/CATCHALL" });
  conn.join("10.0.0.5:22");
  await sent(shipped, 1);
  conn.flow(3, 4);
  await sent(shipped, 2);
  const metrics = shipped[1]!.counters.map(({ metric, by }) => [metric, by]);
  assertEquals(metrics, [
    ["relayedBytes", 3],
    ["relayedBytes", 4],
    ["protocolBytes", 3],
    ["protocolBytes", 4],
  ]);
  shipper.stop();
  assertEquals(shipped.length, 2, "nothing new was sent");
});

Deno.test("CountShipper: many events are one batch", () => {
  const { observer, shipper, shipped } = shipping(60_000);
  for (let i = 0; i < 100; i++) {
    new FakeConnection(":443", observer).close("client_eof");
  }
  assertEquals(shipped.length, 0);
  shipper.ship();
  assertEquals(shipped.length, 1);
  const [accepted] = shipped[0]!.counters;
  assertEquals([accepted!.metric, accepted!.by], ["accepted", 100]);
  shipper.stop();
});

Deno.test("CountShipper: there is no timer when nothing is open, nor after the stop", async () => {
  const { observer, shipper, shipped } = shipping(5);
  new FakeConnection(":443", observer).close("client_eof");
  await sent(shipped, 1);
  // The sanitizer would find a timer.
  shipper.stop();
  new FakeConnection(":443", observer).close("client_eof");
  shipper.stop();
  assertEquals(shipped.length, 2);
});
