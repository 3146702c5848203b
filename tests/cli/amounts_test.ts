import { assert, assertEquals } from "@std/assert";
import {
  formatBytes,
  formatCount,
  formatNumber,
  formatSeconds,
  formatTime,
} from "../../src/cli/amounts.ts";

Deno.test("amounts: short at any size, and rounded into the next unit", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [0.4, "0 B"],
    [999.4, "999 B"],
    [999.5, "1.0 kB"],
    [9_949, "9.9 kB"],
    [9_950, "10 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [1e12, "1.0 TB"],
    [5e18, "5000 PB"],
  ];
  for (const [bytes, text] of sizes) assertEquals(formatBytes(bytes), text);
  const times: [number, string][] = [
    [0, "0ms"],
    [0.0004, "0ms"],
    [0.9994, "999ms"],
    [0.9995, "1.0s"],
    [9.95, "10s"],
    [59.4, "59s"],
    [59.5, "1m00s"],
    [3_599.4, "59m59s"],
    [3_599.5, "1h00m"],
    [86_399, "23h59m"],
    [86_400, "1d00h"],
    [100 * 86_400, "100d"],
  ];
  for (const [seconds, text] of times) {
    assertEquals(formatSeconds(seconds), text);
    assert(text.length <= 6);
  }
  assertEquals(formatNumber(0.04), "0.0");
  assertEquals(formatNumber(9.95), "10");
  assertEquals(formatCount(1, "worker"), "1 worker");
  assertEquals(formatCount(0, "worker"), "0 workers");
  assertEquals(formatTime(0), "1970-01-01 00:00:00Z");
});
