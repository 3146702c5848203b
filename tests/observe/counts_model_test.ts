/** Any sequence of events gives the sums that a naive model gives. */
import { assert } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { FakeConnection, samples } from "../support/counted.ts";
import {
  FATES,
  type Known,
  LISTENERS,
  Process,
  REASONS,
} from "../support/counts_model.ts";

/** An event: what happens to a connection, or to its plane. */
const event = fc.record({
  plane: fc.nat(1),
  nth: fc.nat(20),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constant("open" as const) },
    { weight: 8, arbitrary: fc.constant("go on" as const) },
    { weight: 3, arbitrary: fc.constant("close" as const) },
    { weight: 2, arbitrary: fc.constant("take" as const) },
    fc.constant("refuse" as const),
    fc.constant("crash" as const),
    fc.constant("check" as const),
  ),
  fate: fc.constantFrom(...FATES),
  reason: fc.constantFrom(...REASONS),
  up: fc.nat(2 ** 40),
  down: fc.nat(100),
});
type Event = typeof event extends fc.Arbitrary<infer E> ? E : never;

function apply(process: Process, { plane: at, nth, ...event }: Event): void {
  const plane = process.planes[at]!;
  const open = plane.known.filter(({ reason }) => reason === null);
  const one = open[nth % Math.max(1, open.length)];
  switch (event.what) {
    case "open": {
      const listener = LISTENERS[nth % 2]!;
      const conn = new FakeConnection(listener, plane.observer);
      plane.known.push({ conn, fate: null, isJoined: false, reason: null });
      return;
    }
    case "go on":
      if (one !== undefined) goOn(one, event);
      return;
    case "close":
      one?.conn.close(event.reason);
      if (one !== undefined) one.reason = event.reason;
      return;
    case "take":
      return plane.take();
    case "refuse":
      return plane.refuse();
    case "crash":
      return process.crash(at);
    case "check":
      return process.check();
  }
}

/** The next step of a connection. */
function goOn(
  one: Known,
  { fate, up, down }: Pick<Event, "fate" | "up" | "down">,
): void {
  if (one.fate === null) {
    const { protocol, rule } = fate;
    one.fate = fate;
    one.conn.detect({ protocol, rule });
  } else if (!one.isJoined) {
    if (one.fate.target === null) return;
    one.conn.join(one.fate.target, one.fate.counts);
    one.isJoined = true;
  } else one.conn.flow(up, down);
}

Deno.test("any sequence of events gives the sums of a naive model", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 120 }), (events) => {
      const process = new Process();
      for (const one of events) apply(process, one);
      process.check();
    }),
    { numRuns: 300 },
  );
});

Deno.test("a counter never goes backwards, whatever happens", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      const process = new Process();
      let before = samples(process.counts);
      for (const one of events) {
        apply(process, one);
        const now = samples(process.counts);
        for (const [series, value] of before) {
          if (/_active|_healthy/.test(series)) continue;
          assert((now.get(series) ?? -1) >= value, series);
        }
        before = now;
      }
    }),
    { numRuns: 50 },
  );
});
