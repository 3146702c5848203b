import { assertEquals } from "@std/assert";
import { isIPv4, isIPv6 } from "node:net";
import * as fc from "../../src/testing/fast_check.ts";
import { isIpv4, isIpv6 } from "../../src/address/ip_address.ts";

function agrees(text: string): void {
  assertEquals(isIpv4(text), isIPv4(text), text);
  assertEquals(isIpv6(text), isIPv6(text), text);
}

Deno.test("what is an address is what node takes for one", () => {
  const texts = [
    ...["1.2.3.4", "255.255.255.255", "0.0.0.0", "1.2.3.04", "1.2.3.256"],
    ...["1.2.3", "1.2.3.", "1.2.3.4.", "1.2.3.4.5", "0x1.2.3.4", " 1.2.3.4"],
    ...["::", "::1", "1::", ":::", ":", "", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7"],
    ...["1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3::5", "12345::", "::g"],
    ...["::ffff:1.2.3.4", "::1.2.3", "::01.2.3.4", "1.2.3.4::", "[::1]"],
    ...["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::1\n", "::1]@[::1"],
    "0000:0000:0000:0000:0000:ffff:255.255.255.255",
  ];
  texts.forEach(agrees);
});

Deno.test("what is an address is what node takes for one, for random texts", () => {
  const part = fc.constantFrom(
    "0",
    "01",
    "7",
    "255",
    "256",
    "ffff",
    "12345",
    "",
  );
  const sign = fc.constantFrom(".", ":", "::");
  const text = fc.array(fc.tuple(part, sign), { minLength: 1, maxLength: 9 })
    .map((parts) => parts.flat().join(""))
    .chain((text) => fc.constantFrom(text, text.slice(0, -1)));
  fc.assert(fc.property(text, agrees), { numRuns: 5_000 });
});
