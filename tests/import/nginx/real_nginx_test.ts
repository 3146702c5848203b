/** The real nginx with a config, and passthru with what is imported of it. */
import { assertEquals } from "@std/assert";
import { besideNginx } from "../../support/beside_originals.ts";
import { IMPORT_OPENINGS } from "../../support/import_openings.ts";
import {
  assertDifferences,
  type Openings,
} from "../../support/same_targets.ts";
import { bytesOf, concat } from "../../support/tcp.ts";

/** What goes elsewhere wherever nginx reads a hello, for the same reason. */
function incomplete(target: string) {
  const why =
    "nginx closes after preread_timeout what is begun and not complete, or has fewer than 5 bytes; passthru sends it to the CATCHALL";
  const names = ["SOCKS", "half of a hello", "one byte of a hello"];
  return Object.fromEntries(
    [...names, "half of SSH"].map((name) =>
      [name, [`closed → ${target}`, why]] as const
    ),
  );
}

const TARGETS = ["one", "two", "three", "wild", "regex", "none", "rest", "ssh"];

/** Compares openings; default: all. */
function compared(
  stream: string,
  { files = {}, openings = IMPORT_OPENINGS }: {
    readonly files?: Readonly<Record<string, string>>;
    readonly openings?: Openings;
  } = {},
) {
  const options = { targets: TARGETS, files, openings };
  return besideNginx(`preread_timeout 2s;\n${stream}`, options);
}

Deno.test("import nginx: a map of names as in the real nginx", async () => {
  const { targets, differences } = await compared(
    `
  map $ssl_preread_server_name $name {
    hostnames;
    include names.conf;
    *.b.example          127.0.0.1:{wild};
    .c.example           127.0.0.1:{two};
    mail.*               127.0.0.1:{three};
    ~^mail\\d\\.D\\.      127.0.0.1:{regex};
    ~*^mail\\d\\.D\\.     127.0.0.1:{regex};
    ~example$            127.0.0.1:{ssh};
    ""                   127.0.0.1:{none};
    default              127.0.0.1:{rest};
  }
  server {
    listen 127.0.0.1:{port};
    ssl_preread on;
    proxy_pass $name;
  }`,
    { files: { "names.conf": "a.example 127.0.0.1:{one};\n" } },
  );
  assertEquals(targets["c.example"], "two");
  assertEquals(targets["mail.e.example"], "three");
  assertEquals(targets["mail7.d.example"], "regex");
  assertEquals(targets["y.x.b.example"], "wild");
  assertEquals(targets["SSH"], "none");
  assertEquals(targets["nothing"], "closed");
  assertDifferences(differences, incomplete("none"));
});

Deno.test("import nginx: versions of TLS, and SSH by default", async () => {
  const { targets, differences } = await compared(`
  map $ssl_preread_protocol $upstream {
    default    ssh;
    "TLSv1.3"  modern;
    "TLSv1.2"  old;
  }
  upstream ssh { server 127.0.0.1:{ssh}; }
  upstream modern { least_conn; server 127.0.0.1:{closed}; server 127.0.0.1:{one} backup; }
  upstream OLD { server 127.0.0.1:{two} weight=5; server 127.0.0.1:{two}; }
  server {
    listen 127.0.0.1:{port};
    proxy_pass $Upstream;
    ssl_preread on;
  }`);
  assertEquals(targets["a.example"], "one");
  assertEquals(targets["TLS 1.2"], "two");
  assertDifferences(differences, incomplete("ssh"));
});

Deno.test("import nginx: ALPN before names, and a map of both", async () => {
  const { targets, differences } = await compared(`
  map $ssl_preread_server_name $site { a.example one; other.example two; default rest; }
  map $ssl_preread_alpn_protocols $acme { ~\\bacme-tls/1\\b yes; default no; }
  map "$acme:$site" $upstream {
    yes:one  three;
    ~^yes:   wild;
    no:one   one;
    no:two   two;
    default  rest;
  }
  upstream one { server 127.0.0.1:{one}; }
  upstream two { hash $remote_addr consistent; server 127.0.0.1:{two}; }
  upstream three { server 127.0.0.1:{three}; }
  upstream wild { random; server 127.0.0.1:{wild}; }
  upstream rest { server 127.0.0.1:{rest}; }
  server {
    listen 127.0.0.1:{port};
    proxy_pass $upstream;
    ssl_preread on;
    proxy_protocol on;
  }`);
  assertEquals(targets["a.example with acme-tls/1"], "three");
  assertEquals(targets["other.example with acme-tls/1"], "wild");
  assertEquals(targets["other.example with h2"], "two");
  assertDifferences(differences, incomplete("rest"));
});

Deno.test("import nginx: addresses of clients, without a look at the bytes", async () => {
  const { targets, differences } = await compared(`
  geo $remote_addr $zone { default 127.0.0.1:{rest}; 127.0.0.9/8 127.0.0.1:{one}; 127.0.0.1 127.0.0.1:{two}; }
  server { listen 127.0.0.1:{port}; proxy_pass $zone; allow 127.0.0.0/8; deny all; }`);
  assertEquals(targets["HTTP"], "two");
  assertDifferences(differences, {
    "nothing": [
      "two → rest",
      "no rule of passthru asks for the address of a silent client, as a note says",
    ],
  });
});

Deno.test("import nginx: PROXY headers in front of a hello", async () => {
  const header = bytesOf("PROXY TCP4 192.0.2.7 192.0.2.1 50000 443\r\n");
  const openings = Object.fromEntries(
    Object.entries(IMPORT_OPENINGS).map(([name, pieces]) => [
      name,
      // A silent client sends its header.
      [concat([header, ...pieces.slice(0, 1)]), ...pieces.slice(1)],
    ]),
  );
  const { targets, differences } = await compared(
    `
  map $ssl_preread_server_name $name { a.example 127.0.0.1:{one}; default 127.0.0.1:{rest}; }
  server {
    listen 127.0.0.1:{port} proxy_protocol;
    ssl_preread on;
    proxy_pass $name;
  }`,
    { openings: { ...openings, "no header": IMPORT_OPENINGS["a.example"]! } },
  );
  assertEquals(targets["a.example"], "one");
  assertEquals(targets["no header"], "closed");
  assertDifferences(differences, incomplete("rest"));
});
