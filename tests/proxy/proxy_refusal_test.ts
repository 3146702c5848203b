import { assert, assertEquals, assertMatch } from "@std/assert";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import {
  askInPieces,
  FROM_OTHERS,
  FROM_US,
  GET,
  proxiedServer,
  V1,
} from "../support/proxied.ts";
import { hex, tlv, v2 } from "../support/proxy_headers.ts";
import { namedEcho, service } from "../support/services.ts";
import { bytesOf, concat, readAll, writeAll } from "../support/tcp.ts";

const REFUSED: [
  name: string,
  bytes: Uint8Array,
  reason: string,
  error: RegExp,
][] = [
  [
    "no header",
    GET,
    "proxy_header_missing",
    /^No PROXY header: found 0x47 at offset 0, expected one of version 1 or 2$/,
  ],
  [
    "a bad address",
    bytesOf("PROXY TCP4 1.2.3 2.2.2.2 1 2\r\nGET"),
    "bad_proxy_header",
    /^Bad PROXY header at offset 11: found "1\.2\.3", expected an IPv4 address$/,
  ],
  [
    "an endless line",
    bytesOf("PROXY TCP4 " + "1".repeat(2000)),
    "bad_proxy_header",
    /^Bad PROXY header at offset 107: found no CRLF/,
  ],
  [
    "a header that claims 64 KiB",
    concat([v2({ length: 65535 }), new Uint8Array(2000)]),
    "bad_proxy_header",
    /^Bad PROXY header at offset 14: found a length of 65535, expected at most 4080$/,
  ],
  [
    "a header that is cut",
    v2().subarray(0, 20),
    "bad_proxy_header",
    /^The PROXY header is incomplete: found 20 bytes and then the end of the stream$/,
  ],
  [
    "a wrong checksum",
    concat([v2({ tlvs: [tlv(3, hex("00000001"))] }), GET]),
    "bad_proxy_header",
    /^Bad PROXY header at offset 31: found the CRC32C 0x00000001, expected 0x/,
  ],
  [
    "version 1 and then version 2",
    concat([V1, v2(), GET]),
    "bad_proxy_header",
    /^A second PROXY header at offset 45: expected the client's bytes$/,
  ],
  [
    "version 2 and then version 1",
    concat([v2(), V1, GET]),
    "bad_proxy_header",
    /^A second PROXY header at offset 28: expected the client's bytes$/,
  ],
];

for (const [name, bytes, reason, error] of REFUSED) {
  Deno.test(`accept_proxy: refuses ${name}, and dials nobody`, async () => {
    let dialled = 0;
    await using any = service(() => {
      dialled++;
      return Promise.resolve();
    });
    await using proxy = serveConfig(oneServer({
      options: { accept_proxy: FROM_US },
      CATCHALL: forwardTo(any.address),
    }));
    assertEquals(await askInPieces(proxy.port, [bytes]), "");
    const report = await proxy.report(1);
    assertEquals(report.reason, reason);
    assertMatch(report.error!, error);
    assertEquals(
      [report.target, report.rule, report.bytesUp, report.verdicts, dialled],
      [null, null, 0, [], 0],
    );
    assertMatch(report.client, /^127\.0\.0\.1:/, "not whom it claims to be");
  });
}

Deno.test("accept_proxy: another source is refused at once, whatever it sends", async () => {
  await using web = namedEcho("web");
  await using proxy = proxiedServer(web, FROM_OTHERS);
  assertEquals(await askInPieces(proxy.port, [concat([V1, GET])]), "");
  // One that sends nothing does not stay until the detection timeout.
  const silent = await Deno.connect({
    hostname: "127.0.0.1",
    port: proxy.port,
  });
  assertEquals((await readAll(silent)).length, 0);
  silent.close();
  for (const nth of [1, 2]) {
    const { reason, error, client, proxy: by } = await proxy.report(nth);
    assertEquals([reason, by], ["untrusted_source", undefined]);
    assertEquals(
      error,
      'Connections from 127.0.0.1 are not accepted: it is not in "accept_proxy", and a PROXY header is required',
    );
    assertMatch(client, /^127\.0\.0\.1:/);
  }
});

Deno.test("accept_proxy: a refused IPv4 client of a listener on all interfaces is one of IPv4", async () => {
  await using web = namedEcho("web");
  await using proxy = serveConfig({
    version: "v1.0.0",
    servers: {
      ":0": {
        options: { accept_proxy: FROM_OTHERS },
        HTTP: forwardTo(web.address),
      },
    },
  });
  await askInPieces(proxy.port, [GET]);
  assertMatch(
    (await proxy.report(1)).error!,
    /^Connections from 127\.0\.0\.1 are not accepted: /,
  );
});

Deno.test("accept_proxy: header and client share one detection timeout", async () => {
  await using web = namedEcho("web");
  await using proxy = proxiedServer(web, FROM_US, { detect_timeout: "100ms" });
  const ends: [Uint8Array, string, string | undefined][] = [
    [
      new Uint8Array(),
      "proxy_header_missing",
      "No PROXY header: found 0 bytes and then no further bytes within the detection timeout, expected one of version 1 or 2",
    ],
    [
      V1.subarray(0, 20),
      "bad_proxy_header",
      "The PROXY header is incomplete: found 20 bytes and then no further bytes within the detection timeout",
    ],
    [concat([V1, bytesOf("GET / HT")]), "detect_timeout", undefined],
    [V1, "detect_timeout", undefined],
  ];
  for (const [nth, [bytes, reason, error]] of ends.entries()) {
    const conn = await Deno.connect({
      hostname: "127.0.0.1",
      port: proxy.port,
    });
    await writeAll(conn, bytes);
    assertEquals((await readAll(conn)).length, 0);
    conn.close();
    const report = await proxy.report(nth + 1);
    assertEquals([report.reason, report.error], [reason, error]);
    assert(report.detectMs! >= 99 && report.detectMs! < 3_000);
  }
  assertEquals((await proxy.report(4)).client, "192.0.2.1:40000");
});

Deno.test("accept_proxy: who connects and leaves is no error, with a header or without", async () => {
  await using web = namedEcho("web");
  await using proxy = proxiedServer(web, FROM_US);
  for (const bytes of [new Uint8Array(), V1, v2()]) {
    assertEquals(await askInPieces(proxy.port, [bytes]), "");
  }
  for (const nth of [1, 2, 3]) {
    const { reason, error } = await proxy.report(nth);
    assertEquals([reason, error], ["client_eof", undefined]);
  }
});
