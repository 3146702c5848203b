/**
 * The real sslh over UDP, and passthru with what is imported of its config. sslh
 * has UDP since version 2, which Debian 12 does not have: not part of the suite,
 * for a machine that has `sslh-select` 2.3 or later.
 */
import { assert, assertEquals } from "@std/assert";
import { startDaemon, tempFolder } from "../../support/daemon.ts";
import { udpEcho, UdpEnd } from "../../support/datagrams.ts";
import { freePorts } from "../../support/free_ports.ts";
import { importText } from "../../support/imports.ts";
import { startPassthru } from "../../support/process.ts";
import { program } from "../../support/programs.ts";
import { noise } from "../../support/tcp.ts";
import {
  WIREGUARD_KEYS,
  wireguardInitiation,
} from "../../support/wireguard.ts";
import { be, hex, wire } from "../../support/wire.ts";

const NAMES = ["wg", "vpn", "ts", "syslog", "one", "two", "rest"];

/** A client's reset: tls-auth has a code of 16 or 20 bytes. */
function reset(codeBytes: number): Uint8Array {
  const code = noise(codeBytes, 4);
  const end = wire(be(1, 4), be(0x65000000, 4), new Uint8Array(5));
  return wire(hex("38"), noise(8, 3), code, end);
}

const INITIATION = wireguardInitiation(WIREGUARD_KEYS[0]!);
/** The first datagrams of clients, and where they go. */
const DATAGRAMS: Readonly<Record<string, readonly [string, Uint8Array]>> = {
  "WireGuard": ["wg", INITIATION],
  "WireGuard cut off": ["rest", INITIATION.subarray(0, 147)],
  "OpenVPN, tls-auth with MD5": ["vpn", reset(16)],
  "OpenVPN, tls-auth with SHA-1": ["vpn", reset(20)],
  "a reset of an OpenVPN server": [
    "rest",
    wire(hex("40"), noise(8, 3), hex("00"), be(0, 4)),
  ],
  "syslog": ["syslog", wire("<34>1 2003-10-11T22:14:15Z host su - ID47 - x")],
  "syslog of RFC 3164": ["syslog", wire("<13>Oct 11 22:14:15 host app: x")],
  "an expression": ["one", wire("EHLO x")],
  "an expression anywhere": ["two", wire("to jabber about")],
  "DNS": [
    "rest",
    wire(hex("1234 0100 0001 0000 0000 0000 07"), "example", hex("0000010001")),
  ],
  "nothing": ["rest", new Uint8Array()],
  "a byte": ["rest", hex("00")],
  "noise": ["rest", noise(500, 8)],
};

/** What only passthru tells. */
const DIFFERENCES: Readonly<Record<string, readonly [string, Uint8Array]>> = {
  "OpenVPN without tls-auth": [
    "rest → vpn",
    wire(hex("38"), noise(8, 3), hex("00"), be(0, 4)),
  ],
  "OpenVPN, tls-crypt": [
    "rest → vpn",
    wire(hex("38"), noise(8, 3), be(1, 4), be(0x65000000, 4), noise(37, 9)),
  ],
  // Its first bits are those of a reset of OpenVPN.
  "TeamSpeak": [
    "vpn → ts",
    wire(
      "TS3INIT1",
      hex("0065 0000 88 0d06f7a5 00 6534 1fa2"),
      new Uint8Array(16),
    ),
  ],
};

/** Whether the sslh that is here has UDP as version 2.3 has it. */
async function hasUdp(): Promise<boolean> {
  const { stdout } = await new Deno.Command(program("sslh-select"), {
    args: ["-V"],
  }).output();
  // What an earlier one tells apart has not been tried.
  return /\bv?(?:2\.(?:[3-9]|\d\d)|[3-9]\.)/.test(
    new TextDecoder().decode(stdout),
  );
}

/** Who answers a datagram. */
async function answerTo(datagram: Uint8Array, port: number): Promise<string> {
  using client = new UdpEnd();
  await client.send(datagram, port);
  const { text } = await client.next();
  return text.split(":")[0]!;
}

Deno.test({
  name: "import sslh: datagrams go where the real sslh sends them",
  async fn() {
    assert(await hasUdp(), "sslh-select 2.3 or later must be installed");
    await using stack = new AsyncDisposableStack();
    const targets = new Map(
      NAMES.map((name) => [name, stack.use(udpEcho(name))]),
    );
    const [own, ready, imported, other] = freePorts(4) as [
      number,
      number,
      number,
      number,
    ];
    const entry = (probe: string, target: string, more = "") =>
      `{ name: "${probe}"; host: "127.0.0.1"; port: "${
        targets.get(target)!.port
      }"; is_udp: true; ${more} }`;
    const text = `
timeout: 2;
listen: ( { host: "127.0.0.1"; port: "${own}"; is_udp: true; }, { host: "127.0.0.1"; port: "${ready}"; } );
protocols: (
  { name: "ssh"; host: "127.0.0.1"; port: "1"; },
  ${
      [
        entry("wireguard", "wg"),
        entry("openvpn", "vpn", "udp_timeout: 20;"),
        entry("teamspeak", "ts"),
        entry("syslog", "syslog"),
        entry("regex", "one", 'regex_patterns: [ "^EHLO " ];'),
        entry("regex", "two", 'regex_patterns: [ "jabber" ];'),
        entry("anyprot", "rest"),
      ].join(",\n  ")
    }
);`;
    const { path } = stack.use(await tempFolder());
    await Deno.writeTextFile(`${path}/sslh.cfg`, text);
    stack.use(
      await startDaemon({
        program: "sslh-select",
        args: ["-f", `-F${path}/sslh.cfg`],
        ports: [ready],
      }),
    );
    const { text: config, problems } = await importText(text, {
      file: "sslh.cfg",
    });
    assertEquals(problems, []);
    stack.use(
      await startPassthru(
        config.replaceAll(
          `"127.0.0.1:${own}/udp"`,
          `"127.0.0.1:${imported}/udp"`,
        )
          .replaceAll(`"127.0.0.1:${ready}"`, `"127.0.0.1:${other}"`),
      ),
    );
    for (const [name, [target, datagram]] of Object.entries(DATAGRAMS)) {
      const found = await Promise.all(
        [own, imported].map((port) => answerTo(datagram, port)),
      );
      assertEquals(found, [target, target], name);
    }
    for (const [name, [expected, datagram]] of Object.entries(DIFFERENCES)) {
      const found = await Promise.all(
        [own, imported].map((port) => answerTo(datagram, port)),
      );
      assertEquals(found.join(" → "), expected, name);
    }
  },
});
