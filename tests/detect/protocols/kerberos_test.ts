import { kerberos } from "../../../src/detect/protocols/kerberos.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

/** An element of BER, of at most 127 bytes or with two bytes of length. */
function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = wire(...parts);
  const length = body.length < 128
    ? be(body.length, 1)
    : wire(0x82, be(body.length, 2));
  return wire(tag, length, body);
}

/** AS-REQ or TGS-REQ for a realm, with data before the body. */
function request(realm: string, { tag = 0x6a, type = 10, before = 0 } = {}) {
  const body = element(
    0x30,
    element(0xa0, hex("0305 0050800000")),
    element(0xa2, element(0x1b, wire(realm))),
    element(0xa7, hex("0204 12345678")),
  );
  const fields = [
    hex("a103020105"),
    element(0xa2, wire(2, 1, type)),
    ...before === 0 ? [] : [element(0xa3, new Uint8Array(before))],
    element(0xa4, body),
  ];
  return vector(4, element(tag, element(0x30, ...fields)));
}

testDetector(kerberos, {
  positive: matching({
    "AS-REQ": [request("EXAMPLE.COM"), { realm: "EXAMPLE.COM" }],
    "TGS-REQ with a ticket, and what follows": [
      wire(request("A.EXAMPLE", { tag: 0x6c, type: 12, before: 1200 }), 0),
      { realm: "A.EXAMPLE" },
    ],
    "a request of more than is looked at": [
      request("A.EXAMPLE", { tag: 0x6c, type: 12, before: 20_000 }),
    ],
    "a realm that no rule can name": [request("A B")],
  }),
  negative: others({
    "a session of SMB": wire(hex("00000054 ff"), "SMB"),
    "another length": wire(hex("000000ff"), request("EXAMPLE.COM").slice(4)),
    "LDAP behind a length": hex("00000040 30"),
    "another version": hex("00000040 6a 3e 30 3c a103020104"),
    "another type": request("EXAMPLE.COM", { type: 12 }),
    "a long message": hex("00200000"),
  }),
});
