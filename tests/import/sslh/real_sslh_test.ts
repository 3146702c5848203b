/** The real sslh with a config, and passthru with what is imported of it. */
import { assertEquals } from "@std/assert";
import { besideSslh } from "../../support/beside_originals.ts";
import { IMPORT_OPENINGS } from "../../support/import_openings.ts";
import { assertDifferences } from "../../support/same_targets.ts";

/** Why passthru sends some openings elsewhere. */
const WHY = {
  sslv2: "sslh does not know a hello in the form of SSLv2",
  extensions: "sslh wants extensions in a hello",
  records: "sslh reads one record",
  partial:
    "sslh sends what is begun and not complete to on-timeout, passthru to the CATCHALL",
  case: "sslh compares names as they are sent",
  options: "sslh takes each OPTIONS for HTTP; this is RTSP",
  short: "sslh waits for 7 bytes to tell HTTP",
  openvpn: "sslh takes whatever starts with its own length for OpenVPN",
} as const;

const TARGETS = ["ssh", "web", "tls", "one", "two", "three", "vpn", "rest"];

/** Compares all openings. */
function compared(original: string, { commandLine = false } = {}) {
  return besideSslh(original, {
    targets: TARGETS,
    openings: IMPORT_OPENINGS,
    commandLine,
  });
}

Deno.test("import sslh: the classic list sends clients where the real sslh does", async () => {
  const { targets, differences } = await compared(`
foreground: true;
timeout: 2;
listen: ( { host: "127.0.0.1"; port: "{port}"; } );
protocols: (
  { name: "ssh"; host: "127.0.0.1"; port: "{ssh}"; },
  { name: "http"; host: "127.0.0.1"; port: "{web}"; },
  { name: "tls"; host: "127.0.0.1"; port: "{tls}"; },
  { name: "anyprot"; host: "127.0.0.1"; port: "{rest}"; }
);`);
  assertEquals(targets["a.example in pieces"], "tls");
  assertEquals(targets["nothing"], "ssh");
  assertDifferences(differences, {
    "TLS in an SSLv2 hello": ["rest → tls", WHY.sslv2],
    "an SSLv2 hello": ["rest → tls", WHY.sslv2],
    "no extensions": ["rest → tls", WHY.extensions],
    "a.example in two records": ["rest → tls", WHY.records],
    "half of a hello": ["ssh → rest", WHY.partial],
    "one byte of a hello": ["ssh → rest", WHY.partial],
    "half of SSH": ["ssh → rest", WHY.partial],
    "SOCKS": ["ssh → rest", WHY.short],
    "RTSP": ["web → rest", WHY.options],
  });
});

Deno.test("import sslh: names and ALPN protocols as in the real sslh", async () => {
  const { targets, differences } = await compared(`
timeout: 2;
on-timeout: "anyprot";
listen: ( { host: "127.0.0.1"; port: "{port}"; } );
protocols: (
  { name: "tls"; host: "127.0.0.1"; port: "{three}"; alpn_protocols: [ "acme-tls/1", "xmpp-client" ]; },
  { name: "tls"; host: "127.0.0.1"; port: "{one}"; sni_hostnames: [ "a.example", "*.b.example" ]; },
  { name: "tls"; host: "127.0.0.1"; port: "{two}"; sni_hostnames: [ "x.b.example", "mail[0-9].d.*", "c.example" ]; alpn_protocols: [ "h2" ]; },
  { name: "tls"; host: "127.0.0.1"; port: "{two}"; sni_hostnames: [ "x.b.example", "mail[0-9].d.*", "c.example" ]; },
  { name: "ssh"; host: "127.0.0.1"; port: "{ssh}"; },
  { name: "anyprot"; host: "127.0.0.1"; port: "{rest}"; }
);`);
  assertEquals(targets["x.b.example"], "one");
  assertEquals(targets["mail7.d.example"], "two");
  assertEquals(targets["a.example with acme-tls/1"], "three");
  assertDifferences(differences, {
    "A.EXAMPLE": ["rest → one", WHY.case],
    "a.example in two records": ["rest → one", WHY.records],
  });
});

Deno.test("import sslh: a command line as in the real sslh", async () => {
  const { targets, differences } = await compared(
    'DAEMON_OPTS="--timeout 2 --listen 127.0.0.1:{port} --ssh 127.0.0.1:{ssh} --openvpn 127.0.0.1:{vpn} --tls 127.0.0.1:{tls}"',
    { commandLine: true },
  );
  assertEquals(targets["OpenVPN"], "vpn");
  assertEquals(targets["zeroes"], "tls");
  assertDifferences(differences, {
    "half of a hello": ["ssh → tls", WHY.partial],
    "one byte of a hello": ["ssh → tls", WHY.partial],
    "half of SSH": ["ssh → tls", WHY.partial],
    "SOCKS": ["ssh → tls", WHY.partial],
    "DNS": ["vpn → tls", WHY.openvpn],
  });
});

Deno.test("import sslh: expressions and rare probes as in the real sslh", async () => {
  const { targets, differences } = await compared(String.raw`
timeout: 2;
listen: ( { host: "127.0.0.1"; port: "{port}"; } );
protocols: (
  { name: "regex"; host: "127.0.0.1"; port: "{one}"; regex_patterns: [ "^EHLO ", "^[[:upper:]]{4} bob" ]; },
  { name: "adb"; host: "127.0.0.1"; port: "{two}"; },
  { name: "tinc"; host: "127.0.0.1"; port: "{three}"; },
  { name: "socks5"; host: "127.0.0.1"; port: "{web}"; },
  { name: "xmpp"; host: "127.0.0.1"; port: "{tls}"; },
  { name: "regex"; host: "127.0.0.1"; port: "{vpn}"; regex_patterns: [ "^\\x00[\\x0D-\\xFF]8" ]; },
  { name: "timeout"; host: "127.0.0.1"; port: "{rest}"; }
);
on-timeout: "timeout";`);
  assertEquals(targets["SMTP"], "one");
  assertEquals(targets["XMPP in full"], "tls");
  assertDifferences(differences, {});
});
