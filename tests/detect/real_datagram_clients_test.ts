/** The detectors for datagrams against what real programs send, over loopback. */
import { assertEquals } from "@std/assert";
import { DATAGRAM_BUILTINS } from "../../src/detect/datagram_builtins.ts";
import type { Datagrams, Facts } from "../../src/detect/detector.ts";
import { Identifier } from "../../src/detect/identify.ts";
import { removeFolder } from "../support/daemon.ts";
import { makeCertificate } from "../support/certificates.ts";
import { freePorts } from "../support/free_ports.ts";
import { programTest, runWell } from "../support/programs.ts";
import { hearClient, type UdpClient } from "../support/udp_listener.ts";

const CANDIDATES = DATAGRAM_BUILTINS.map((detector) => ({
  detector,
  // Without the fingerprint, which is another one with every release.
  needs: new Set(
    Object.values(detector.rules).map(({ fact }) => fact)
      .filter((fact) => fact !== "ja4"),
  ),
}));

/** What a client's first datagrams were taken for. */
interface Found {
  readonly name: string | null;
  readonly facts: Facts;
}

async function find(client: UdpClient): Promise<Found> {
  const identifier = new Identifier<Datagrams>(CANDIDATES);
  let found: Found = { name: null, facts: {} };
  await hearClient(client, (datagrams) => {
    const look = identifier.look(datagrams, false);
    if (look.kind === "identified") {
      const { name } = CANDIDATES[look.index]!.detector;
      found = { name, facts: look.facts };
    }
    return look.kind !== "undecided";
  });
  return found;
}

/** Registers a test of one client. */
function clientTest(
  what: string,
  client: UdpClient,
  expected: Found,
): void {
  programTest([client.name], `datagrams: ${what}`, async () => {
    assertEquals(await find(client), expected);
  });
}

const QUIC_HOST = "www.example.com";

/** By the name on ngtcp2's command line. */
const QUIC_VERSIONS: Readonly<Record<string, string>> = {
  v1: "1",
  "0xff00001d": "draft-29",
  // The draft of version 2, which this ngtcp2 has in the place of it.
  v2draft: "0x709a50c4",
  // It forces version negotiation, and is sealed as version 1.
  "0x1a2a3a4a": "0x1a2a3a4a",
};

for (const [option, quic_version] of Object.entries(QUIC_VERSIONS)) {
  clientTest(`QUIC ${quic_version} by ngtcp2`, ngtcp2(option), {
    name: "QUIC",
    facts: { sni: "localhost", alpn: ["h3"], version: "1.3", quic_version },
  });
}

clientTest("QUIC of an unknown version by ngtcp2", ngtcp2("0x12345678"), {
  name: "QUIC",
  facts: { quic_version: "0x12345678", unread: true },
});

function ngtcp2(version: string): UdpClient {
  return {
    name: "gtlsclient",
    args: [
      ...["--quiet", "--no-quic-dump", "--no-http-dump", "-v", version],
      ...["localhost", "PORT", "https://localhost:PORT/"],
    ],
  };
}

programTest(
  ["chromium"],
  "datagrams: QUIC by Chromium, whose hello takes two datagrams and comes in pieces",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const { name, facts } = await find({
        name: "chromium",
        args: [
          ...["--headless=new", "--no-sandbox", "--disable-gpu"],
          ...["--no-first-run", `--user-data-dir=${folder}`],
          `--origin-to-force-quic-on=${QUIC_HOST}:PORT`,
          `--host-resolver-rules=MAP ${QUIC_HOST} 127.0.0.1`,
          `https://${QUIC_HOST}:PORT/`,
        ],
      });
      assertEquals([name, facts.sni, facts.quic_version], [
        "QUIC",
        QUIC_HOST,
        "1",
      ]);
      assertEquals([facts.alpn, facts.version], [["h3"], "1.3"]);
    } finally {
      await removeFolder(folder);
    }
  },
);

clientTest("DTLS by openssl", {
  name: "openssl",
  args: [
    ...["s_client", "-dtls1_2", "-connect", "127.0.0.1:PORT"],
    ...["-servername", "app.example.com", "-alpn", "webrtc,c-webrtc"],
  ],
}, {
  name: "DTLS",
  facts: {
    sni: "app.example.com",
    alpn: ["webrtc", "c-webrtc"],
    version: "1.2",
  },
});

clientTest("DTLS by openssl, in fragments", {
  name: "openssl",
  args: [
    ...["s_client", "-dtls", "-connect", "127.0.0.1:PORT", "-mtu", "256"],
    ...["-servername", "app.example.com"],
  ],
}, { name: "DTLS", facts: { sni: "app.example.com", version: "1.2" } });

clientTest("DTLS by GnuTLS", {
  name: "gnutls-cli",
  args: [
    ...["--udp", "--insecure", "--sni-hostname", "app.example.com"],
    ...["--port", "PORT", "127.0.0.1"],
  ],
}, { name: "DTLS", facts: { sni: "app.example.com", version: "1.2" } });

clientTest("DNS by dig", {
  name: "dig",
  args: ["@127.0.0.1", "-p", "PORT", "www.Example.com", "AAAA", "+tries=1"],
}, { name: "DNS", facts: { name: "www.example.com", qtype: "AAAA" } });

clientTest("DNS by dig, without EDNS and recursion", {
  name: "dig",
  args: [
    ...["@127.0.0.1", "-p", "PORT", "example.com", "TYPE65280"],
    ...["+tries=1", "+noedns", "+norecurse"],
  ],
}, { name: "DNS", facts: { name: "example.com", qtype: "TYPE65280" } });

for (
  const [version, options] of [
    ["1", ["-v1", "-c", "public"]],
    ["2c", ["-v2c", "-c", "public"]],
    ["3", ["-v3", "-u", "ada", "-l", "noAuthNoPriv"]],
  ] as const
) {
  clientTest(`SNMP ${version} by net-snmp`, {
    name: "snmpget",
    args: [...options, "-r0", "127.0.0.1:PORT", ".1.3.6.1.2.1.1.1.0"],
  }, { name: "SNMP", facts: { version } });
}

clientTest("TFTP by curl", {
  name: "curl",
  args: ["--silent", "tftp://127.0.0.1:PORT/pxelinux.0"],
}, { name: "TFTP", facts: { file: "pxelinux.0", operation: "read" } });

for (const format of ["--rfc3164", "--rfc5424"]) {
  clientTest(`syslog by logger ${format}`, {
    name: "logger",
    args: ["-n", "127.0.0.1", "-P", "PORT", "-d", format, "a message"],
  }, { name: "SYSLOG", facts: {} });
}

clientTest("CoAP by libcoap", {
  name: "coap-client-gnutls",
  args: ["-m", "get", "-B", "9", "coap://127.0.0.1:PORT/sensors/1"],
}, { name: "COAP", facts: { method: "GET", path: "/sensors/1" } });

for (const [version, options] of [[1, []], [2, ["--ikev2"]]] as const) {
  clientTest(`IKE ${version} by ike-scan`, {
    name: "ike-scan",
    args: [...options, "--sport=0", "--dport=PORT", "127.0.0.1"],
  }, { name: "IKE", facts: { version } });
}

clientTest("RADIUS by radclient", {
  name: "radclient",
  args: ["-r", "1", "-t", "9", "127.0.0.1:PORT", "auth", "secret"],
  stdin: 'User-Name = "bob"\nUser-Password = "x"\n',
}, { name: "RADIUS", facts: { request: "access" } });

clientTest("SIP by sipsak", {
  name: "sipsak",
  args: ["-s", "sip:bob@127.0.0.1:PORT"],
}, { name: "SIP", facts: { method: "OPTIONS", host: "127.0.0.1" } });

programTest(["kinit"], "datagrams: Kerberos by kinit", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const config = `${folder}/krb5.conf`;
    const found = await find({
      name: "kinit",
      args: ["bob@EXAMPLE.COM"],
      env: { KRB5_CONFIG: config, KRB5CCNAME: `FILE:${folder}/cache` },
      stdin: "password\n",
      prepare: (port) =>
        Deno.writeTextFile(
          config,
          `[realms]\nEXAMPLE.COM = {\n  kdc = 127.0.0.1:${port}\n}\n`,
        ),
    });
    assertEquals(found, { name: "KERBEROS", facts: { realm: "EXAMPLE.COM" } });
  } finally {
    await removeFolder(folder);
  }
});

programTest(
  ["openvpn"],
  "datagrams: OpenVPN, with tls-crypt, with tls-auth and with neither",
  async () => {
    const folder = await Deno.makeTempDir();
    try {
      const { file, keyFile } = await makeCertificate(folder, "client.example");
      const key = `${folder}/static.key`;
      await runWell("openvpn", ["--genkey", "secret", key]);
      const guards = [
        ["--tls-crypt", key],
        ["--tls-auth", key, "1"],
        ["--tls-auth", key, "1", "--auth", "SHA512"],
        [],
      ];
      for (const guard of guards) {
        const found = await find({
          name: "openvpn",
          args: [
            ...["--client", "--dev", "null", "--nobind", "--verb", "0"],
            ...["--remote", "127.0.0.1", "PORT", "udp", "--ca", file],
            ...["--cert", file, "--key", keyFile, ...guard],
          ],
        });
        assertEquals(found, { name: "OPENVPN", facts: { opcode: 7 } });
      }
    } finally {
      await removeFolder(folder);
    }
  },
);

programTest(["aria2c"], "datagrams: a tracker's client by aria2", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const tracker = "udp://127.0.0.1:PORT/announce";
    const found = await find({
      name: "aria2c",
      args: [
        ...["--enable-dht=true", "--enable-dht6=false", `--dir=${folder}`],
        ...[`--dht-file-path=${folder}/dht.dat`],
        ...[`--dht-listen-port=${freePorts(1)[0]}`],
        `magnet:?xt=urn:btih:${"a".repeat(40)}&tr=${tracker}`,
      ],
    });
    assertEquals(found, { name: "BITTORRENT", facts: { message: "tracker" } });
  } finally {
    await removeFolder(folder);
  }
});
