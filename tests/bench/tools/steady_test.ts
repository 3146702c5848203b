import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { programTest, run } from "../../support/programs.ts";
import { Processes } from "../processes.ts";
import { compileLoadTool, type LoadResult } from "./load_tool.ts";

const REQUEST = "ask\n";
const ANSWER = "end\n";

/** A load of 20 requests: one every 10 ms, for 0.2 s, on one connection. */
const SECONDS = "0.2";
const RATE = "100";
const DUE = 20;
/** The server answers the first request of the load this long after it came. */
const STALL_MS = 500;

programTest(
  ["cc"],
  "a stall counts for every request that was due in it, also after the end of the load",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const tool = await compileLoadTool(new Processes(), folder);
      await Deno.writeTextFile(`${folder}/request`, REQUEST);
      using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const served = serveWithStall(listener);
      const { code, text, stderr } = await run(tool, [
        ...["steady", `${listener.addr.port}`, `${folder}/request`, "end\n"],
        ...["1", SECONDS, RATE],
      ]);
      await served;
      assertEquals(code, 0, stderr);
      const result = JSON.parse(text.trim().split("\n").at(-1)!) as LoadResult;
      assertEquals([result.exchanges, result.failed], [DUE, 0]);
      // The one in the middle was due 100 ms after the first.
      assert(result.p50_us > 1_000 * (STALL_MS - 100) - 20_000, text);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

/** Answers each request of a client; the second one, the first of the load, late. */
async function serveWithStall(listener: Deno.Listener): Promise<void> {
  using conn = await listener.accept();
  const answer = new TextEncoder().encode(ANSWER);
  const buffer = new Uint8Array(REQUEST.length);
  for (let nth = 1; await conn.read(buffer) !== null; nth++) {
    if (nth === 2) await delay(STALL_MS);
    await conn.write(answer);
  }
}
