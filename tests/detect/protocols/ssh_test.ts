import { assert, assertEquals } from "@std/assert";
import { ssh } from "../../../src/detect/protocols/ssh.ts";
import {
  type MalformedSample,
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

const LONGEST = "a".repeat(255 - "SSH-2.0-\r\n".length);

const positive: readonly PositiveSample[] = [
  {
    name: "OpenSSH",
    bytes: wire("SSH-2.0-OpenSSH_9.6\r\n"),
    facts: { software: "OpenSSH_9.6", version: "2.0" },
  },
  {
    name: "comments behind the software",
    bytes: wire("SSH-2.0-OpenSSH_9.6p1 Ubuntu-3 b\xc3\xbccher\r\n"),
    facts: { software: "OpenSSH_9.6p1", version: "2.0" },
  },
  {
    name: "software with hyphens",
    bytes: wire("SSH-2.0-libssh-0.7.2\r\n"),
    facts: { software: "libssh-0.7.2", version: "2.0" },
  },
  {
    name: "a bare LF",
    bytes: wire("SSH-1.99-Cisco-1.25\n"),
    facts: { software: "Cisco-1.25", version: "1.99" },
  },
  {
    name: "protocol 1.5",
    bytes: wire("SSH-1.5-OpenSSH_5.3\n"),
    facts: { software: "OpenSSH_5.3", version: "1.5" },
  },
  {
    name: "a space before the line end",
    bytes: wire("SSH-2.0-x \r\n"),
    facts: { software: "x", version: "2.0" },
  },
  {
    name: "a line of 255 bytes",
    bytes: wire("SSH-2.0-", LONGEST, "\r\n"),
    facts: { software: LONGEST, version: "2.0" },
  },
  {
    name: "a key exchange behind the line",
    bytes: wire("SSH-2.0-x\r\n", 0, 0, 5, 0xdc, 4, 20, 0xff),
    facts: { software: "x", version: "2.0" },
  },
];

const negative: readonly Sample[] = [
  { name: "an empty line", bytes: wire("\r\n") },
  { name: "lower case", bytes: wire("ssh-2.0-x\r\n") },
  { name: "another word that starts alike", bytes: wire("SSH ") },
  { name: "HTTP", bytes: wire("GET / HTTP/1.1\r\n\r\n") },
];

const BROKEN_VERSIONS: readonly Sample[] = [
  { name: "a version of 3", bytes: wire("SSH-3") },
  { name: "a version of letters", bytes: wire("SSH-2.x") },
  { name: "no hyphen behind the version", bytes: wire("SSH-2.0\r\n") },
  { name: "a version that never ends", bytes: wire("SSH-", "1".repeat(251)) },
];

const malformed: readonly MalformedSample[] = [
  ...BROKEN_VERSIONS.map((sample) => ({
    ...sample,
    why: "the protocol version is invalid",
  })),
  {
    name: "a line of 256 bytes",
    bytes: wire("SSH-2.0-", LONGEST, "a\r\n"),
    why: "the identification is longer than 255 bytes",
  },
  {
    name: "comments that never end",
    bytes: wire("SSH-2.0-x ", "y".repeat(1000)),
    why: "the identification is longer than 255 bytes",
  },
  {
    name: "a NUL byte",
    bytes: wire("SSH-2.0-x\0\r\n"),
    why: "the identification contains an invalid byte",
  },
  {
    name: "a CR inside the line",
    bytes: wire("SSH-2.0-x\ry\r\n"),
    why: "the identification contains an invalid byte",
  },
  {
    name: "software that is not ASCII",
    bytes: wire("SSH-2.0-b\xfccher\r\n"),
    why: "the identification contains an invalid byte",
  },
  {
    name: "no software",
    bytes: wire("SSH-2.0-\r\n"),
    why: "the identification names no software",
  },
  {
    name: "comments without software",
    bytes: wire("SSH-2.0- comment\r\n"),
    why: "the identification names no software",
  },
];

testDetector(ssh, { positive, negative, malformed });

Deno.test("SSH: says no at the first byte that rules it out", () => {
  for (const text of ["G", "ST", "SSX", "SSH_"]) {
    const bytes = wire(text);
    const before = ssh.detect(bytes.subarray(0, -1), { ended: false });
    assertEquals(before, { kind: "more", atLeast: bytes.length });
    assertEquals(ssh.detect(bytes, { ended: false }).kind, "no");
  }
});

Deno.test("SSH: an incomplete line stays more when the client ends", () => {
  const verdict = ssh.detect(wire("SSH-2.0-OpenSSH"), { ended: true });
  assertEquals(verdict.kind, "more");
});

Deno.test("SSH: SOFTWARE takes an exact value or a prefix", () => {
  const { SOFTWARE } = ssh.rules;
  const prefix = SOFTWARE!.parse("OpenSSH*");
  assert(prefix.ok);
  assert(prefix.matcher.test({ software: "OpenSSH_9.6" }));
  assert(!prefix.matcher.test({ software: "dropbear" }));
  assert(!SOFTWARE!.parse("Open SSH").ok);
});
