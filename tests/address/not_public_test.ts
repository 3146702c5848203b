import { assertEquals } from "@std/assert";
import { whyNotPublic } from "../../src/address/not_public.ts";

const NOT_PUBLIC: Readonly<Record<string, readonly string[]>> = {
  "an unspecified address": ["0.0.0.0", "0.1.2.3", "::", "::ffff:0.0.0.0"],
  "a loopback address": [
    "127.0.0.1",
    "127.255.255.255",
    "::1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
  ],
  "a private address": [
    "10.0.0.0",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "::ffff:192.168.0.1",
    "64:ff9b::10.1.2.3",
    "2002:c0a8:1::1",
    "fc00::1",
    "fdff::1",
    "fec0::1",
  ],
  "a link-local address": [
    "169.254.169.254",
    "fe80::1",
    "febf::1",
    "fe80::1%lo",
  ],
  "an address behind a carrier's NAT": ["100.64.0.1", "100.127.255.255"],
  "a multicast address": ["224.0.0.1", "239.255.255.255", "ff02::1"],
  "a documentation address": [
    "192.0.2.1",
    "198.51.100.1",
    "203.0.113.1",
    "2001:db8::1",
    "3fff::1",
  ],
  "a benchmarking address": ["198.18.0.1", "198.19.255.255"],
  "a reserved address": [
    "192.0.0.8",
    "192.88.99.1",
    "240.0.0.1",
    "255.255.255.255",
    "::2",
    "::10.0.0.1",
    "::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:20::1",
    "5f00::1",
    "4000::1",
  ],
  "no IP address": ["", "localhost", "1.2.3", "1.2.3.4:80"],
};

for (const [what, addresses] of Object.entries(NOT_PUBLIC)) {
  Deno.test(`${what} is not public`, () => {
    for (const address of addresses) {
      assertEquals(whyNotPublic(address), what, address);
    }
  });
}

Deno.test("other addresses are public, also those that stand for one", () => {
  for (
    const address of [
      "1.1.1.1",
      "9.255.255.255",
      "11.0.0.0",
      "100.63.255.255",
      "100.128.0.0",
      "126.255.255.255",
      "128.0.0.0",
      "169.253.255.255",
      "172.15.255.255",
      "172.32.0.0",
      "192.0.1.0",
      "192.167.255.255",
      "192.169.0.0",
      "198.17.255.255",
      "198.20.0.0",
      "223.255.255.255",
      "::ffff:8.8.8.8",
      "64:ff9b::8.8.8.8",
      "2002:808:808::1",
      "2001:200::1",
      "2606:4700::1111",
      "2a00:1450::1",
    ]
  ) {
    assertEquals(whyNotPublic(address), null, address);
  }
});
