import { dns } from "../../../src/detect/datagrams/dns.ts";
import { testDatagramDetector } from "../../../src/testing/datagram_checks.ts";
import { be, hex, wire } from "../../support/wire.ts";

/** A name as labels. */
function name(...labels: readonly string[]): Uint8Array {
  return wire(...labels.flatMap((label) => [label.length, label]), 0);
}

/** A message with one question, and what follows it. */
function query(
  labels: readonly string[],
  {
    type = 1,
    flags = 0x0100,
    id = 0x1234,
    counts = hex("0001 0000 0000 0000"),
    rest = wire(),
  } = {},
): Uint8Array {
  return wire(
    be(id, 2),
    be(flags, 2),
    counts,
    name(...labels),
    be(type, 2),
    hex("0001"),
    rest,
  );
}

/** An OPT record with room for 1232 bytes. */
const EDNS = hex("00 0029 04d0 00000000 0000");
const HOST = ["www", "Example", "com"];
const NETBIOS = "CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

testDatagramDetector(dns, {
  positive: [
    {
      name: "a query",
      datagrams: [query(HOST)],
      facts: { name: "www.example.com", qtype: "A" },
    },
    {
      name: "a query with EDNS",
      datagrams: [
        query(HOST, {
          type: 65,
          counts: hex("0001 0000 0000 0001"),
          rest: EDNS,
        }),
      ],
      facts: { name: "www.example.com", qtype: "HTTPS" },
    },
    {
      name: "a query without recursion, as LLMNR has it",
      datagrams: [query(["host"], { flags: 0, type: 28 })],
      facts: { name: "host", qtype: "AAAA" },
    },
    {
      name: "a type without a name",
      datagrams: [query(HOST, { type: 65280 })],
      facts: { name: "www.example.com", qtype: "TYPE65280" },
    },
    {
      name: "a NOTIFY",
      datagrams: [query(["zone"], { flags: 0x2400, type: 6 })],
      facts: { name: "zone", qtype: "SOA" },
    },
  ],
  negative: [
    { name: "nothing", datagrams: [wire()] },
    { name: "a response", datagrams: [query(HOST, { flags: 0x8180 })] },
    { name: "multicast DNS", datagrams: [query(HOST, { id: 0, flags: 0 })] },
    { name: "an inverse query", datagrams: [query(HOST, { flags: 0x0800 })] },
    {
      name: "a NetBIOS name",
      datagrams: [query([NETBIOS], { type: 33, flags: 0x0010 })],
    },
    {
      name: "two questions",
      datagrams: [query(HOST, { counts: hex("0002 0000 0000 0000") })],
    },
    {
      name: "a query that ends in its name",
      datagrams: [query(HOST).subarray(0, 20)],
    },
  ],
  malformed: [
    {
      name: "bytes behind the question",
      datagrams: [query(HOST, { rest: wire(1) })],
      why: "the records do not end where the message does",
    },
  ],
});
