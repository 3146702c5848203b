import { kerberos } from "../../../src/detect/datagrams/kerberos.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { hex, wire } from "../../support/wire.ts";

/** An element. */
function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = wire(...parts);
  return body.length < 0x80
    ? wire(tag, body.length, body)
    : wire(tag, 0x81, body.length, body);
}

const VERSION = hex("a1 03 02 01 05");
const PADATA = element(
  0xa3,
  element(0x30, element(0x30, hex("a1 04 02 02 0095 a2 02 04 00"))),
);

/** A body: options, client, realm, till and nonce. */
function body(realm: string): Uint8Array {
  return element(
    0xa4,
    element(
      0x30,
      hex("a0 07 03 05 00 50800010"),
      element(
        0xa1,
        element(
          0x30,
          hex("a0 03 02 01 01"),
          element(0xa1, element(0x30, element(0x1b, wire("ada")))),
        ),
      ),
      element(0xa2, element(0x1b, wire(realm))),
      hex("a7 06 02 04 12345678"),
    ),
  );
}

function request(
  type: number,
  realm = "EXAMPLE.COM",
  { tag = 0x60 | type, padata = PADATA } = {},
): Uint8Array {
  return element(
    tag,
    element(0x30, VERSION, hex("a2 03 02 01"), wire(type), padata, body(realm)),
  );
}

/** The same, with the field of the type as one element. */
function whole(type: number, realm?: string, options = {}): Uint8Array {
  return request(type, realm, options);
}

testDatagramDetector(kerberos, {
  positive: [
    {
      name: "an AS-REQ",
      datagrams: [whole(10)],
      facts: { realm: "EXAMPLE.COM" },
    },
    {
      name: "a TGS-REQ",
      datagrams: [whole(12, "corp.example")],
      facts: { realm: "corp.example" },
    },
    {
      name: "no pre-authentication",
      datagrams: [whole(10, "A", { padata: wire() })],
      facts: { realm: "A" },
    },
    {
      name: "a realm that is no printable ASCII",
      datagrams: [whole(10, "\xe9")],
      facts: {},
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    {
      name: "the type of another request",
      datagrams: [whole(12, "A", { tag: 0x6a })],
    },
    { name: "bytes behind it", datagrams: [wire(whole(10), 0)] },
    { name: "a request that is cut", datagrams: [whole(10).subarray(0, 40)] },
    { name: "a ticket", datagrams: [wire(0x61, whole(10).subarray(1))] },
    {
      name: "another version",
      datagrams: [element(
        0x6a,
        element(0x30, hex("a1 03 02 01 04 a2 03 02 01 0a"), body("A")),
      )],
    },
  ],
});
