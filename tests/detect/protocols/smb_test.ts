import { assertEquals } from "@std/assert";
import { smb } from "../../../src/detect/protocols/smb.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { le } from "../../support/little_endian.ts";
import { be, hex, wire } from "../../support/wire.ts";

const NAME = "FDEDFGCACACACACACACACACACACACACA";
const SESSION = wire(hex("81 00 00 44 20"), NAME, 0, 0x20, NAME, 0);
const SMB1 = ["PC NETWORK PROGRAM 1.0", "LANMAN1.0", "NT LM 0.12"];

testDetector(smb, {
  positive: [
    {
      name: "NEGOTIATE of SMB 1",
      bytes: negotiate1(SMB1),
      facts: { dialect: "NT LM 0.12" },
    },
    {
      name: "NEGOTIATE of SMB 1 that offers SMB 2",
      bytes: negotiate1([...SMB1, "SMB 2.002", "SMB 2.???"]),
      facts: { dialect: "SMB 2.???" },
    },
    {
      name: "NEGOTIATE of SMB 2",
      bytes: negotiate2([0x0202]),
      facts: { dialect: "2.0.2" },
    },
    {
      name: "NEGOTIATE of SMB 3, out of order",
      bytes: negotiate2([0x0202, 0x0311, 0x0210, 0x0300, 0x0302], "contexts"),
      facts: { dialect: "3.1.1" },
    },
    {
      name: "NEGOTIATE of a dialect that nobody knows",
      bytes: negotiate2([0x0999]),
      facts: {},
    },
    {
      name: "NEGOTIATE of more dialects than there are",
      bytes: session(header2(), le(36, 2), le(9, 2), "\0".repeat(32)),
      facts: {},
    },
    {
      name: "NEGOTIATE of SMB 2 without a list",
      bytes: session(header2(), le(36, 2)),
      facts: {},
    },
    {
      name: "NEGOTIATE of SMB 1 without a list",
      bytes: session(header1(0x72), 0, le(0, 2)),
      facts: {},
    },
    {
      name: "NEGOTIATE of SMB 1 with a list that does not end",
      bytes: session(header1(0x72), 0, le(4, 2), 2, "NT1"),
      facts: {},
    },
    {
      name: "another command of SMB 1",
      bytes: session(header1(0x73), 0, le(0, 2)),
      facts: {},
    },
    {
      name: "another command of SMB 2",
      bytes: session(header2(1), "\0".repeat(24)),
      facts: {},
    },
    {
      name: "a NEGOTIATE that is longer than the view may be",
      bytes: wire(0, be(60000, 3), header2(), "\0".repeat(20)),
      facts: {},
    },
    { name: "a NetBIOS session request", bytes: SESSION, facts: {} },
    {
      name: "a NEGOTIATE behind the session request",
      bytes: wire(SESSION, negotiate1(SMB1)),
      facts: {},
    },
  ],
  negative: [
    { name: "a long message", bytes: hex("00 01") },
    { name: "a message too short for a header", bytes: hex("00 00 00 1f") },
    { name: "another magic", bytes: hex("00 00 00 85 fd 53 4d 42") },
    { name: "another name", bytes: wire(hex("00 00 00 85 fe"), "SMC") },
    { name: "DNS over TCP", bytes: hex("00 1d 12 34 01 00") },
    { name: "Kafka", bytes: hex("00 00 00 20 00 12 00 03") },
    { name: "an SSLv2 hello", bytes: hex("81 00 01 03 01") },
    { name: "a session request with a scope", bytes: hex("81 00 00 48") },
    { name: "a session request with flags", bytes: hex("81 01") },
    {
      name: "a session request for a name of other letters",
      bytes: wire(hex("81 00 00 44 20"), "FDQ"),
    },
    {
      name: "a session request whose called name does not end",
      bytes: wire(hex("81 00 00 44 20"), NAME, "A"),
    },
    {
      name: "a session request whose calling name has another length",
      bytes: wire(hex("81 00 00 44 20"), NAME, 0, 0x1f),
    },
    {
      name: "a session request whose calling name does not end",
      bytes: wire(hex("81 00 00 44 20"), NAME, 0, 0x20, NAME, 1),
    },
  ],
});

Deno.test("SMB: a greeting that the client breaks off has no dialect", () => {
  const view = negotiate1(SMB1).subarray(0, 40);
  assertEquals(smb.detect(view, { ended: false }), {
    kind: "more",
    atLeast: negotiate1(SMB1).length,
  });
  const ended = smb.detect(view, { ended: true });
  assertEquals(ended, { kind: "match", facts: {} });
  const magic = smb.detect(view.subarray(0, 8), { ended: true });
  assertEquals(magic, { kind: "match", facts: {} });
});

function negotiate1(names: readonly string[]): Uint8Array {
  const list = wire(...names.map((name) => `\x02${name}\0`));
  return session(header1(0x72), 0, le(list.length, 2), list);
}

function negotiate2(dialects: readonly number[], rest = ""): Uint8Array {
  return session(
    header2(),
    le(36, 2),
    le(dialects.length, 2),
    "\0".repeat(32),
    ...dialects.map((dialect) => le(dialect, 2)),
    rest,
  );
}

function session(...parts: (number | string | Uint8Array)[]): Uint8Array {
  const message = wire(...parts);
  return wire(0, be(message.length, 3), message);
}

function header1(command: number): Uint8Array {
  return wire(0xff, "SMB", command, "\0".repeat(27));
}

function header2(command = 0): Uint8Array {
  return wire(
    0xfe,
    "SMB",
    le(64, 2),
    "\0".repeat(6),
    le(command, 2),
    "\0".repeat(50),
  );
}
