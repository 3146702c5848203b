import { assertEquals } from "@std/assert";
import { parseMemory, parseStat } from "./process_tree.ts";

Deno.test("the processor time of a process counts its threads and the children it waited for", () => {
  // The name may hold anything, spaces and brackets too.
  const text = "42 (a ) (b) S 7 42 42 0 -1 4194560 100 0 0 0 150 50 20 30 " +
    "20 0 3 0 1000 1000000 200 18446744073709551615";
  assertEquals(parseStat(text), {
    pid: 42,
    parent: 7,
    time: { user: 1.7, system: 0.8 },
  });
});

Deno.test("own memory is what was written, and no file that others may share", () => {
  const text = [
    "55d0c0000000-7ffd00000000 ---p 00000000 00:00 0    [rollup]",
    "Rss:                9000 kB",
    "Pss:                5000 kB",
    "Pss_Anon:           3000 kB",
    "Pss_File:           1990 kB",
    "Pss_Shmem:            10 kB",
  ].join("\n");
  assertEquals(parseMemory(text), {
    ownKib: 3010,
    proportionalKib: 5000,
    residentKib: 9000,
  });
});
