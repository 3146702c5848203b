import assert from "node:assert/strict";
import { connect } from "node:net";
import { hex, tlv, v2 } from "../support/proxy_headers.ts";
import { forwardTo, oneServer, serveConfig } from "../support/passthru.ts";
import { namedEcho, service } from "../support/services.ts";
import { bytesOf, concat, readAll, textOf, writeAll } from "../support/tcp.ts";

const V1 = bytesOf("PROXY TCP4 192.0.2.1 198.51.100.2 40000 443\r\n");
const GET = bytesOf("GET / HTTP/1.1\r\nHost: a.test\r\n\r\n");
/** Who the tests are, and somebody else. */
const FROM_US = { from: ["127.0.0.0/8"] };
const FROM_OTHERS = { from: ["192.0.2.0/24"] };

/** Sends pieces, ends the write side, and reads the answer; "" when refused. */
async function ask(
  port: number,
  pieces: readonly Uint8Array[],
): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  conn.setNoDelay(true);
  try {
    for (const piece of pieces) {
      await writeAll(conn, piece);
      if (pieces.length > 1) await new Promise((r) => setTimeout(r, 0));
    }
    await conn.closeWrite();
    return textOf(await readAll(conn));
  } catch (error) {
    // A refusal over unread bytes is a reset.
    if (error instanceof Deno.errors.ConnectionReset) return "";
    if (error instanceof Deno.errors.BrokenPipe) return "";
    throw error;
  } finally {
    conn.close();
  }
}

function serverOf(web: { address: string }, acceptProxy: object, more = {}) {
  return serveConfig(oneServer({
    options: { accept_proxy: acceptProxy, ...more },
    HTTP: forwardTo(web.address),
  }));
}

Deno.test("accept_proxy: the client is whom the header names, and the target gets the client's bytes only", async () => {
  await using web = namedEcho("web");
  await using proxy = serverOf(web, FROM_US);
  const named = "192.0.2.1:40000";
  const cases: [Uint8Array, string | null][] = [
    [V1, named],
    [v2(), named],
    [v2({ tlvs: [tlv(2, "a.test"), tlv(5, "id 1")] }), named],
    [bytesOf("PROXY TCP6 ::1 ::2 1 2\r\n"), "[::1]:1"],
    [bytesOf("PROXY TCP6 ::ffff:192.0.2.9 ::2 1 2\r\n"), "192.0.2.9:1"],
    [bytesOf("PROXY UNKNOWN\r\n"), null],
    [v2({ command: 0x20, family: 0, addresses: new Uint8Array() }), null],
    [v2({ family: 0x31, addresses: new Uint8Array(216) }), null],
  ];
  for (const [nth, [header, client]] of cases.entries()) {
    const answer = await ask(proxy.port, [concat([header, GET])]);
    assert.equal(answer, `web:${textOf(GET)}`);
    const report = await proxy.report(nth + 1);
    assert.match(report.proxy!, /^127\.0\.0\.1:\d+$/);
    assert.equal(report.client, client ?? report.proxy);
    assert.deepEqual(
      [report.reason, report.protocol, report.bytesUp, report.error],
      ["client_eof", "HTTP", GET.length, undefined],
    );
  }
});

Deno.test("accept_proxy: a header that comes byte by byte, or cut anywhere, is the same", async () => {
  await using web = namedEcho("web");
  await using proxy = serverOf(web, FROM_US);
  for (const header of [V1, v2({ tlvs: [tlv(2, "a.test")] })]) {
    const bytes = concat([header, GET]);
    const cuts = [1, 5, 12, 15, 16, 28, header.length - 1, header.length];
    const asked = cuts.map((at) => [
      bytes.subarray(0, at),
      bytes.subarray(at),
    ]);
    asked.push(Array.from(bytes, (byte) => Uint8Array.of(byte)));
    const answers = await Promise.all(asked.map((p) => ask(proxy.port, p)));
    for (const answer of answers) assert.equal(answer, `web:${textOf(GET)}`);
  }
  for (let nth = 1; nth <= 18; nth++) {
    assert.equal((await proxy.report(nth)).client, "192.0.2.1:40000");
  }
});

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
    /^The PROXY header is cut: found 20 bytes and then the end of the stream$/,
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
    assert.equal(await ask(proxy.port, [bytes]), "");
    const report = await proxy.report(1);
    assert.equal(report.reason, reason);
    assert.match(report.error!, error);
    assert.deepEqual(
      [report.target, report.rule, report.bytesUp, report.verdicts, dialled],
      [null, null, 0, [], 0],
    );
    assert.match(report.client, /^127\.0\.0\.1:/, "not whom it claims to be");
  });
}

Deno.test("accept_proxy: another source is refused at once, whatever it sends", async () => {
  await using web = namedEcho("web");
  await using proxy = serverOf(web, FROM_OTHERS);
  assert.equal(await ask(proxy.port, [concat([V1, GET])]), "");
  // One that sends nothing does not stay until the detection timeout.
  const silent = await Deno.connect({
    hostname: "127.0.0.1",
    port: proxy.port,
  });
  assert.equal((await readAll(silent)).length, 0);
  silent.close();
  for (const nth of [1, 2]) {
    const { reason, error, client, proxy: by } = await proxy.report(nth);
    assert.deepEqual([reason, by], ["untrusted_source", undefined]);
    assert.equal(
      error,
      'Connections from 127.0.0.1 are not taken: it is not in "accept_proxy", and a PROXY header is required',
    );
    assert.match(client, /^127\.0\.0\.1:/);
  }
});

Deno.test("accept_proxy: where it is not required, other sources are plain clients whose headers are bytes", async () => {
  await using any = namedEcho("any");
  await using proxy = serveConfig(oneServer({
    options: { accept_proxy: { ...FROM_OTHERS, required: false } },
    HTTP: { CATCHALL: { action: "REJECT" } },
    CATCHALL: forwardTo(any.address),
  }));
  const bytes = concat([V1, v2(), GET]);
  assert.equal(
    await ask(proxy.port, [bytes]),
    textOf(concat([bytesOf("any:"), bytes])),
  );
  const { client, proxy: by, bytesUp } = await proxy.report(1);
  assert.match(client, /^127\.0\.0\.1:/);
  assert.deepEqual([by, bytesUp], [undefined, bytes.length]);
});

Deno.test("accept_proxy: where it is not required, a listed source may send a header or none", async () => {
  await using web = namedEcho("web");
  await using proxy = serverOf(web, { ...FROM_US, required: false });
  const answer = `web:${textOf(GET)}`;
  assert.equal(await ask(proxy.port, [concat([v2(), GET])]), answer);
  assert.equal(await ask(proxy.port, [GET]), answer);
  assert.equal((await proxy.report(1)).client, "192.0.2.1:40000");
  const plain = await proxy.report(2);
  assert.match(plain.client, /^127\.0\.0\.1:/);
  assert.equal(plain.proxy, undefined);
});

Deno.test("accept_proxy: sources are told apart by their address", async () => {
  await using web = namedEcho("web");
  await using proxy = serverOf(web, { from: ["127.0.0.2"] });
  const answer = await new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connect({
      host: "127.0.0.1",
      port: proxy.port,
      localAddress: "127.0.0.2",
      allowHalfOpen: true,
    }, () => socket.end(concat([V1, GET])));
    socket.on("data", (bytes) => text += textOf(bytes));
    socket.on("end", () => resolve(text)).on("error", reject);
  });
  assert.equal(answer, `web:${textOf(GET)}`);
  assert.equal(await ask(proxy.port, [concat([V1, GET])]), "");
  const reports = [await proxy.report(1), await proxy.report(2)];
  assert.deepEqual(
    reports.map(({ reason }) => reason),
    ["client_eof", "untrusted_source"],
  );
});

Deno.test("accept_proxy: an IPv4 source of a listener on all interfaces is found in an IPv4 block", async () => {
  await using web = namedEcho("web");
  await using proxy = serveConfig({
    version: "v1.0.0",
    servers: {
      ":0": {
        options: { accept_proxy: FROM_US },
        HTTP: forwardTo(web.address),
      },
    },
  });
  const answer = await ask(proxy.port, [concat([V1, GET])]);
  assert.equal(answer, `web:${textOf(GET)}`);
});

Deno.test("accept_proxy: header and client share one detection timeout", async () => {
  await using web = namedEcho("web");
  await using proxy = serverOf(web, FROM_US, { detect_timeout: "100ms" });
  const ends: [Uint8Array, string, string | undefined][] = [
    [
      new Uint8Array(),
      "proxy_header_missing",
      "No PROXY header: found 0 bytes and then nothing more within the detection timeout, expected one of version 1 or 2",
    ],
    [
      V1.subarray(0, 20),
      "bad_proxy_header",
      "The PROXY header is cut: found 20 bytes and then nothing more within the detection timeout",
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
    assert.equal((await readAll(conn)).length, 0);
    conn.close();
    const report = await proxy.report(nth + 1);
    assert.deepEqual([report.reason, report.error], [reason, error]);
    assert.ok(report.detectMs! >= 99 && report.detectMs! < 3_000);
  }
  assert.equal((await proxy.report(4)).client, "192.0.2.1:40000");
});

Deno.test("accept_proxy: a client that waits for the server goes to SILENT", async () => {
  await using greeter = service((conn) => writeAll(conn, bytesOf("220 hi")));
  await using proxy = serveConfig(oneServer({
    options: { accept_proxy: FROM_US, detect_timeout: "50ms" },
    SILENT: forwardTo(greeter.address),
  }));
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: proxy.port });
  await writeAll(conn, V1);
  assert.equal(textOf(await readAll(conn)), "220 hi");
  conn.close();
  const { rule, client } = await proxy.report(1);
  assert.deepEqual([rule, client], ["SILENT/CATCHALL", "192.0.2.1:40000"]);
});

Deno.test("accept_proxy: who connects and leaves is no error, with a header or without", async () => {
  await using web = namedEcho("web");
  await using proxy = serverOf(web, FROM_US);
  for (const bytes of [new Uint8Array(), V1, v2()]) {
    assert.equal(await ask(proxy.port, [bytes]), "");
  }
  for (const nth of [1, 2, 3]) {
    const { reason, error } = await proxy.report(nth);
    assert.deepEqual([reason, error], ["client_eof", undefined]);
  }
});

Deno.test("accept_proxy: a header does not count towards max_peek", async () => {
  await using web = namedEcho("web");
  await using proxy = serverOf(web, FROM_US, { max_peek: "512B" });
  const header = v2({ tlvs: [tlv(0xe0, new Uint8Array(450))] });
  const path = "x".repeat(460);
  const request = bytesOf(`GET /${path} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
  assert.ok(request.length > 490 && request.length <= 512);
  // In one piece, so that the first read fills the buffer.
  const answer = await ask(proxy.port, [concat([header, request])]);
  assert.equal(answer, `web:${textOf(request)}`);
  assert.equal((await proxy.report(1)).bytesUp, request.length);
});
