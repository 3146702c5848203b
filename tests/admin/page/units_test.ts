import { assertEquals } from "@std/assert";
import {
  agoText,
  bytesRateText,
  bytesText,
  countText,
  durationText,
  rateText,
} from "../../../src/admin/page/units.js";

Deno.test("counts stand in groups of three", () => {
  assertEquals(
    [0, 12, 999, 1000, 1234567].map(countText),
    ["0", "12", "999", "1\u202f000", "1\u202f234\u202f567"],
  );
});

Deno.test("sizes have three digits and a binary unit", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [1000, "0.98 KiB"],
    [1536, "1.50 KiB"],
    [1024 * 99.96, "100 KiB"],
    [1024 ** 2, "1.00 MiB"],
    [5.5 * 1024 ** 4, "5.50 TiB"],
    [4096 * 1024 ** 5, "4096 PiB"],
  ];
  assertEquals(
    sizes.map(([bytes]) => bytesText(bytes)),
    sizes.map(([, text]) => text),
  );
});

Deno.test("rates say what they are rates of", () => {
  assertEquals(
    [0, 0.05, 0.2, 7, 99.96, 1234].map(rateText),
    ["0/s", "0.05/s", "0.2/s", "7.0/s", "100/s", "1\u202f234/s"],
  );
  assertEquals(bytesRateText(2048), "2.00 KiB/s");
});

Deno.test("durations have their two largest units", () => {
  const durations: [number, string][] = [
    [0, "0 ms"],
    [0.0007, "1 ms"],
    [0.25, "250 ms"],
    [0.9999, "1.0 s"],
    [9.94, "9.9 s"],
    [9.96, "10 s"],
    [59.6, "1 min"],
    [184, "3 min 4 s"],
    [3600, "1 h"],
    [2 * 3600 + 300, "2 h 5 min"],
    [3 * 86400 + 4 * 3600, "3 d 4 h"],
  ];
  assertEquals(
    durations.map(([seconds]) => durationText(seconds)),
    durations.map(([, text]) => text),
  );
  assertEquals(agoText(500), "now");
  assertEquals(agoText(61_000), "1 min 1 s ago");
});
