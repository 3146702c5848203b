import { assertEquals } from "@std/assert";
import { parseCpuModel } from "./machine.ts";

Deno.test("the model of a processor is named with what tells it from others of that name", () => {
  const text = [
    "processor\t: 0",
    "vendor_id\t: GenuineIntel",
    "cpu family\t: 6",
    "model\t\t: 143",
    "model name\t: Intel(R) Xeon(R) Processor @ 2.60GHz",
    "stepping\t: 8",
    "",
    "processor\t: 1",
  ].join("\n");
  assertEquals(
    parseCpuModel(text),
    "Intel(R) Xeon(R) Processor @ 2.60GHz, family 6 model 143 stepping 8",
  );
});

Deno.test("a processor without such a description has no name", () => {
  assertEquals(parseCpuModel("processor\t: 0\nBogoMIPS\t: 50.00\n"), "unknown");
});
