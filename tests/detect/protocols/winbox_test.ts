import { winbox } from "../../../src/detect/protocols/winbox.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { hex, wire } from "../../support/wire.ts";

const KEY = Array.from({ length: 32 }, (_, i) => (i * 71 + 3) & 0xff);

testDetector(winbox, {
  positive: [
    { name: "a login", bytes: login({}), facts: {} },
    { name: "the other parity", bytes: login({ parity: 1 }), facts: {} },
    {
      name: "a login for RoMON",
      bytes: login({ user: "o.p-e#r@a_t0r+r" }),
      facts: {},
    },
    {
      name: "a login of a long user",
      bytes: login({ user: "a".repeat(220) }),
      facts: {},
    },
  ],
  negative: [
    { name: "no user", bytes: hex("22") },
    { name: "a message in two pieces", bytes: hex("ff") },
    { name: "a login before 6.43", bytes: wire(0x25, 2) },
    { name: "a user with a space", bytes: login({ user: "a b" }) },
    { name: "a user that ends early", bytes: login({ user: "ab\0c" }) },
    { name: "a user that does not end", bytes: login({ end: 0x61 }) },
    { name: "another parity", bytes: login({ parity: 2 }) },
    { name: "HTTP", bytes: wire("GET /") },
  ],
});

function login({ user = "admin", parity = 0, end = 0 }): Uint8Array {
  const message = wire(user, end, KEY, parity);
  return wire(message.length, 6, message);
}
