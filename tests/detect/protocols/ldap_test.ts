import { assertEquals } from "@std/assert";
import { ldap } from "../../../src/detect/protocols/ldap.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

const NAME = "dc=example,dc=com";
const BIND = wire(2, 1, 3, text(4, "cn=admin"), text(0x80, "secret"));
const SEARCH = wire(
  text(4, NAME),
  hex("0a 01 02  0a 01 00  02 01 00  02 01 00  01 01 00"),
  text(0x87, "objectClass"),
  hex("30 00"),
);
const ID = hex("02 01 01");

testDetector(ldap, {
  positive: Object.entries({
    "a bind": message(ID, element(0x60, BIND)),
    "an anonymous bind": hex("30 0c 02 01 01 60 07 02 01 03 04 00 80 00"),
    "a bind of version 2": hex("30 0c 02 01 01 60 07 02 01 02 04 00 80 00"),
    "a bind with SASL": message(
      ID,
      element(0x60, wire(hex("02 01 03 04 00"), text(0xa3, "\x04\x05PLAIN"))),
    ),
    "a bind of Microsoft's": message(
      hex("02 04 0a 5e 31 e8"),
      element(0x60, wire(hex("02 01 03 04 00"), text(0x8a, "NTLMSSP\0"))),
    ),
    "a search": message(ID, element(0x63, SEARCH)),
    "a search with long lengths": wire(
      hex("30 84"),
      be(ID.length + 6 + SEARCH.length, 4),
      ID,
      hex("63 84"),
      be(SEARCH.length, 4),
      SEARCH,
    ),
    "a search of the root": message(
      ID,
      element(0x63, wire(text(4, ""), SEARCH.subarray(2 + NAME.length))),
    ),
    "a search with controls": message(
      ID,
      element(0x63, SEARCH),
      text(0xa0, "0\x05\x04\x031.2"),
    ),
    "several searches at once": wire(
      message(ID, element(0x63, SEARCH)),
      message(hex("02 01 02"), element(0x63, SEARCH)),
    ),
    StartTLS: message(ID, element(0x77, text(0x80, "1.3.6.1.4.1.1466.20037"))),
    "an extended request with a value": message(
      ID,
      element(
        0x77,
        wire(text(0x80, "1.3.6.1.4.1.4203.1.11.1"), text(0x81, "")),
      ),
    ),
    "an unbind": hex("30 05 02 01 01 42 00"),
    "an abandon": hex("30 06 02 01 06 50 01 05"),
    "a delete": message(ID, text(0x4a, "uid=jdoe," + NAME)),
    "an add": message(ID, element(0x68, wire(text(4, NAME), hex("30 00")))),
    "a modify": message(ID, element(0x66, wire(text(4, NAME), hex("30 00")))),
    "a compare": message(ID, element(0x6e, wire(text(4, NAME), hex("30 00")))),
    "a rename": message(
      ID,
      element(0x6c, wire(text(4, NAME), text(4, "dc=x"), hex("01 01 ff"))),
    ),
  }).map(([name, bytes]) => ({ name, bytes, facts: {} })),
  negative: Object.entries({
    "Kerberos over TCP": hex("00 00 00 9d 6a 81 9a 30 81 97"),
    "Kerberos without its length": hex("6a 81 9a 30 81 97"),
    SNMP: hex("30 26 02 01 01 04 06 70 75 62 6c 69 63 a0"),
    "a private key": hex("30 82 04 bd 02 01 00 30 0d"),
    "a certificate": hex("30 82 03 5e 30 82 02 46"),
    tinc: wire("0 think 17\n"),
    Git: wire("0045git-upload-pack /a\0"),
    "World of Warcraft": wire("0\0WORLD OF WARCRAFT"),
    "a length of no end": hex("30 80"),
    "a message too short for a request": hex("30 04"),
    "a message id of no bytes": hex("30 0c 02 00"),
    "a message id of five bytes": hex("30 10 02 05"),
    "a message id below 0": hex("30 0c 02 01 80"),
    "an answer": hex("30 0c 02 01 01 61 07 0a 01 00 04 00 04 00"),
    "a request that goes past its message": hex("30 0c 02 01 01 60 08"),
    "a bind of version 1": hex("30 0c 02 01 01 60 07 02 01 01"),
    "a bind of version 4": hex("30 0c 02 01 01 60 07 02 01 04"),
    "a bind with a long version": hex("30 0c 02 01 01 60 07 02 02 00 03"),
    "a bind with other credentials": hex(
      "30 0c 02 01 01 60 07 02 01 03 04 00 90",
    ),
    "a bind whose name goes past it": hex(
      "30 0c 02 01 01 60 07 02 01 03 04 03",
    ),
    "a bind with a very long name": wire(
      hex("30 82 20 0b 02 01 01 60 82 20 04 02 01 03 04 82 1f fb"),
    ),
    "a search in an unknown scope": message(
      ID,
      element(0x63, wire(text(4, NAME), hex("0a 01 04 0a 01 00"))),
    ),
    "a search with unknown aliases": message(
      ID,
      element(0x63, wire(text(4, NAME), hex("0a 01 00 0a 01 04"))),
    ),
    "a search with a very long name": hex(
      "30 82 20 08 02 01 01 63 82 20 01 04 82 1f fb",
    ),
    "an extended request of letters": message(ID, text(0x77, "\x80\x04abcd")),
    "an extended request of nothing": message(ID, text(0x77, "\x80\x00")),
    "an unbind with contents": hex("30 06 02 01 01 42 01 00"),
    "an abandon of five bytes": hex("30 0a 02 01 06 50 05"),
    "a delete of nothing": hex("30 05 02 01 06 4a 00"),
    "a delete of something without a type": message(ID, text(0x4a, "name")),
    "a delete of something else": message(ID, text(0x4a, "a b=c")),
    "an add without attributes": message(ID, text(0x68, "\x04\x01a")),
  }).map(([name, bytes]) => ({ name, bytes })),
});

Deno.test("LDAP: asks for the field behind a name", () => {
  const view = message(ID, element(0x63, SEARCH)).subarray(0, 12);
  assertEquals(ldap.detect(view, { ended: false }), {
    kind: "more",
    atLeast: 2 + ID.length + 2 + 2 + NAME.length + 1,
  });
});

function message(...parts: readonly Uint8Array[]): Uint8Array {
  return element(0x30, wire(...parts));
}

function element(tag: number, contents: Uint8Array): Uint8Array {
  return wire(tag, vector(1, contents));
}

function text(tag: number, contents: string): Uint8Array {
  return element(tag, wire(contents));
}
