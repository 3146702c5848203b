import { assert, assertEquals } from "@std/assert";
import { blackHole } from "../support/black_hole.ts";
import { connectAndReset } from "../support/reset.ts";
import { bytesOf } from "../support/tcp.ts";
import { balanced } from "../support/upstream.ts";
import { until, within } from "../support/wait.ts";

Deno.test("server: a client that resets while its target is dialled is held no longer", async () => {
  using silent = await blackHole();
  await using proxy = balanced([silent.address], { connect_timeout: "1h" });
  const dialled = until(
    "a dial",
    () => proxy.openTo()[0] === 1 || null,
  );
  await connectAndReset(
    proxy.port,
    bytesOf("hello"),
    dialled.then(() => {}),
  );
  const report = await within("the report", proxy.report(1));
  assertEquals([report.reason, report.error], ["client_reset", undefined]);
  assert(report.totalMs < 30_000);
  assertEquals(proxy.openTo(), [0]);
});
