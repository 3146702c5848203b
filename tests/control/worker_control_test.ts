/** The control plane's side of a worker, with a worker that the test plays. */
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import type {
  FromWorker,
  ServeMessage,
  ToWorker,
} from "../../src/control/messages.ts";
import { ProcessMemory } from "../../src/control/process_memory.ts";
import { VitalSigns } from "../../src/control/vital_signs.ts";
import { WorkerControl } from "../../src/control/worker_control.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { PassthruError } from "../../src/errors.ts";
import type { Counts } from "../../src/observe/counts.ts";
import { TargetBoard } from "../../src/upstream/target_board.ts";
import { oneServer } from "../support/passthru.ts";
import { planOf } from "../support/supervise.ts";
import { within } from "../support/wait.ts";

const COUNTS: Counts = { counters: [], gauges: [], histograms: [] };

/** A worker that says what the test says. */
class PlayedWorker {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  readonly heard: ToWorker[] = [];
  terminated = 0;

  postMessage(message: ToWorker): void {
    this.heard.push(message);
  }

  terminate(): void {
    this.terminated++;
  }

  say(message: FromWorker): void {
    this.onmessage!({ data: message });
  }
}

/** What a worker is to serve, and the control of a played one. */
function played() {
  const plan = planOf(
    oneServer({ CATCHALL: { CATCHALL: { action: "REJECT" } } }),
    new Registry(BUILTINS),
  );
  const process = new ProcessMemory();
  const signs = new VitalSigns();
  const serve: ServeMessage = {
    kind: "serve",
    plan,
    ids: process.ids,
    targets: new TargetBoard(plan, 1).share(0),
    signs: signs.memory,
    lock: crypto.randomUUID(),
    limits: process.limits.open(plan),
  };
  const worker = new PlayedWorker();
  const seen: string[] = [];
  const counts = {
    add: () => void seen.push("counted"),
    retire: () => void seen.push("retired"),
  };
  const control = new WorkerControl(worker as unknown as Worker, {
    serve,
    signs,
    observed: undefined,
    counts,
    onGone: () => seen.push("gone"),
  });
  return { control, worker, serve, signs, seen };
}

Deno.test("WorkerControl: it is told what to serve once it is loaded, with the level of the log from before", async () => {
  const { control, worker, serve } = played();
  control.setLogLevel("debug");
  assertEquals(worker.heard, []);
  worker.say({ kind: "loaded" });
  assertEquals(worker.heard, [serve, { kind: "log", level: "debug" }]);
  worker.say({ kind: "serving" });
  await control.ready;
  const stopped = control.stop(0);
  worker.say({ kind: "stopped", closed: 3 });
  assertEquals(await stopped, 3);
  assertEquals(worker.terminated, 1);
});

Deno.test("WorkerControl: counts come before the answer, and a worker that gives none is not waited for", async () => {
  const { control, worker, seen } = played();
  worker.say({ kind: "loaded" });
  const counted = control.count().then(() => seen.push("answered"));
  const asked = worker.heard.at(-1)!;
  if (asked.kind !== "count") throw new Error(asked.kind);
  worker.say({ kind: "counted", counts: COUNTS });
  worker.say({ kind: "answer", number: asked.number, answer: null });
  await counted;
  assertEquals(seen, ["counted", "answered"]);
  await within("the counts of one that hangs", control.count());
  worker.say({ kind: "failed", message: "no" });
});

Deno.test("WorkerControl: one that is lost fails who waits, retires what it counted, and is gone", async () => {
  const { control, worker, signs, seen } = played();
  worker.say({ kind: "loaded" });
  signs.connections = 5;
  const counted = control.count();
  worker.say({ kind: "crashed", stack: "Error: boom" });
  const error = await assertRejects(() => control.ready, PassthruError);
  assertStringIncludes(error.message, "boom");
  await counted;
  const { kind, connections, gone } = await control.lost;
  await gone;
  assertEquals([kind, connections, control.connections], ["crashed", 5, 0]);
  assertEquals([worker.terminated, seen], [1, ["retired", "gone"]]);
  // What comes late changes nothing.
  worker.say({ kind: "crashed", stack: "again" });
  assertEquals(worker.terminated, 1);
});

Deno.test("WorkerControl: the longest drain is not over at once", async () => {
  const { control, worker } = played();
  worker.say({ kind: "loaded" });
  worker.say({ kind: "serving" });
  const stopped = control.stop(2 ** 31 - 1);
  for (let turn = 0; turn < 20; turn++) await delay(1);
  assertEquals(worker.terminated, 0);
  worker.say({ kind: "stopped", closed: 0 });
  await stopped;
});

Deno.test("WorkerControl: what cannot be taken from a worker ends it", async () => {
  for (const data of [null, "x", { kind: "?" }, { kind: "toString" }]) {
    const { control, worker } = played();
    worker.onmessage!({ data });
    const { kind, error } = await control.lost;
    assertEquals(kind, "crashed");
    assertStringIncludes(error, "it is no message");
  }
});
