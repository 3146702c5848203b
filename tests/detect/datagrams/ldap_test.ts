import { ldap } from "../../../src/detect/datagrams/ldap.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { hex, wire } from "../../support/wire.ts";

/** A search of the root for `Netlogon`, where objectClass is there. */
const SEARCH = hex(`
  30 2f 02 01 01
  63 2a 04 00 0a 01 00 0a 01 00 02 01 00 02 01 00 01 01 00
  87 0b 6f626a656374436c617373
  30 0a 04 08 4e65746c6f676f6e
`);

testDatagramDetector(ldap, {
  positive: [
    { name: "a search", datagrams: [SEARCH], facts: {} },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "bytes behind it", datagrams: [wire(SEARCH, 0)] },
    { name: "a request that is cut", datagrams: [SEARCH.subarray(0, 20)] },
    {
      name: "SNMP",
      datagrams: [hex("30 0f 02 01 00 04 06 7075626c6963 a0 02 0500")],
    },
  ],
});
