/** The demo's services, tried with the clients that the demo shows. */

import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { untilRefused } from "../support/close_listener.ts";
import { programTest } from "../support/programs.ts";
import {
  ALPHA_CERTIFICATE,
  BETA_CERTIFICATE,
} from "../../src/demo/certificates.ts";
import { startDemoServices } from "../../src/demo/services.ts";
import { noise, readAll, writeAll } from "../support/tcp.ts";
import {
  connect,
  connectSite,
  curl,
  curlSite,
  exchange,
  expectText,
  portOf,
  resetAfterGreeting,
  run,
  send,
  withServices,
} from "./clients.ts";

const BANNER = "SSH-2.0-passthru_demo\r\n";
const GREETING = "220 demo.localhost says hello first\r\n";
const LARGE_BYTES = 1 << 20;
const STUCK_BYTES = 1 << 26;

programTest(
  ["curl"],
  "demo TLS sites answer curl over HTTP/1.1 and h2",
  async () => {
    await withServices(async ({ alpha, beta }) => {
      for (const [name, at] of [["alpha", alpha], ["beta", beta]] as const) {
        const site = `${name}.localhost`;
        assertEquals(
          await curlSite(site, at, "--http1.1"),
          `Hello from ${site} over HTTP/1.1\n1.1`,
        );
        assertEquals(
          await curlSite(site, at, "--http2"),
          `Hello from ${site} over HTTP/2.0\n2`,
        );
      }
    });
  },
);

programTest(
  ["openssl"],
  "demo TLS sites show certificates of their own",
  async () => {
    await withServices(async ({ alpha, beta }) => {
      for (const [name, at] of [["alpha", alpha], ["beta", beta]] as const) {
        const args = ["-connect", at, "-servername", `${name}.localhost`];
        const { code, stdout, stderr } = await run(
          "openssl",
          "s_client",
          ...args,
          "-alpn",
          "h2,http/1.1",
        );
        assertEquals(code, 0, stderr);
        assertMatch(
          stdout,
          new RegExp(`subject=CN ?= ?${name}\\.localhost\n`),
        );
        assertMatch(stdout, /ALPN protocol: h2\n/);
      }
    });
  },
);

programTest(
  ["curl"],
  "demo HTTP site names the host over HTTP/1.1 and h2c",
  async () => {
    await withServices(async ({ http }) => {
      const url = `http://${http}/`;
      assertEquals(
        await curl(url, "--http1.1"),
        `Hello from plain HTTP, host ${http}\n1.1`,
      );
      assertEquals(
        await curl(url, "--http1.1", "-H", "Host: web.localhost"),
        "Hello from plain HTTP, host web.localhost\n1.1",
      );
      assertEquals(
        await curl(url, "--http2-prior-knowledge"),
        `Hello from plain HTTP, host ${http}\n2`,
      );
    });
  },
);

programTest(
  ["ssh-keyscan"],
  "demo SSH service shows its banner to ssh-keyscan and ends it",
  async () => {
    await withServices(async ({ ssh }) => {
      const port = String(portOf(ssh));
      const args = ["-T", "5", "-t", "ed25519", "-p", port, "127.0.0.1"];
      const { stdout, stderr } = await run("ssh-keyscan", ...args);
      const said = stdout + stderr;
      assertMatch(said, new RegExp(`# ${ssh} ${BANNER.trimEnd()}`));
      assertMatch(said, /:11: passthru demo: this target has a banner/);
    });
  },
);

Deno.test("demo SSH service echoes after the client's banner, past a half-close", async () => {
  await withServices(async ({ ssh }) => {
    assertEquals(
      await exchange(ssh, "SSH-2.0-me\r\nhello\nthere"),
      `${BANNER}hello\nthere`,
    );
    assertEquals(await exchange(ssh, "SSH-2.0-me\r\n"), BANNER);
    assertEquals(await exchange(ssh, ""), BANNER);
  });
});

Deno.test("demo SSH service echoes a large stream unchanged", async () => {
  await withServices(async ({ ssh }) => {
    const sent = noise(LARGE_BYTES);
    assertNotEquals(sent[0], 0, "it would look like a key exchange");
    using conn = await connect(ssh);
    await expectText(conn, BANNER);
    await send(conn, "SSH-2.0-me\n");
    const sending = writeAll(conn, sent).then(() => conn.closeWrite());
    const received = await readAll(conn);
    await sending;
    assert(received.length === sent.length);
    assert(received.every((byte, i) => byte === sent[i]));
  });
});

Deno.test("demo greeting service speaks first and answers each line", async () => {
  await withServices(async ({ greeting }) => {
    using conn = await connect(greeting);
    await expectText(conn, GREETING);
    for (const piece of ["h", "el", "lo\r", "\n"]) await send(conn, piece);
    await expectText(conn, "250 you said: hello\r\n");
    await send(conn, "a\nb\r\n\n");
    await expectText(conn, "250 you said: a\r\n250 you said: b\r\n");
    await expectText(conn, "250 you said: \r\n");
    await send(conn, "quit\r\n");
    await expectText(conn, "221 goodbye\r\n");
    assertEquals(await conn.read(new Uint8Array(1)), null);
  });
});

Deno.test("demo greeting service answers what came before a half-close", async () => {
  await withServices(async ({ greeting }) => {
    assertEquals(await exchange(greeting, ""), GREETING);
    assertEquals(
      await exchange(greeting, "one\r\nlast"),
      `${GREETING}250 you said: one\r\n250 you said: last\r\n`,
    );
  });
});

Deno.test("demo greeting service answers a line beyond its buffer in pieces", async () => {
  await withServices(async ({ greeting }) => {
    const answer = await exchange(greeting, "x".repeat(2500) + "\r\n");
    const pieces = answer.trimEnd().split("\r\n").slice(1);
    assertEquals(
      pieces.map((piece) => piece.replace("250 you said: ", "").length),
      [1024, 1024, 452],
    );
  });
});

Deno.test("demo services outlive clients that reset", async () => {
  await withServices(async ({ ssh, greeting }) => {
    for (const address of [ssh, greeting]) {
      for (let i = 0; i < 20; i++) await resetAfterGreeting(address);
    }
    assertEquals(await exchange(ssh, "SSH-2.0-me\r\nstill"), `${BANNER}still`);
    assertEquals(await exchange(greeting, ""), GREETING);
  });
});

Deno.test("demo services close with clients connected, and close twice", async () => {
  const services = startDemoServices();
  const { alpha, beta, http, ssh, greeting } = services;
  const sites = [
    await connectSite(alpha, ALPHA_CERTIFICATE),
    await connectSite(beta, BETA_CERTIFICATE),
    await connect(http),
  ];
  for (const conn of sites) {
    await send(conn, "GET / HTTP/1.1\r\nHost: web.localhost\r\n\r\n");
    await expectText(conn, "HTTP/1.1 200 OK\r\n");
  }
  const speakers = [await connect(ssh), await connect(greeting)];
  await expectText(speakers[0]!, BANNER);
  await expectText(speakers[1]!, GREETING);
  // It never begins its handshake; Deno may keep it until it leaves.
  const silent = await connect(alpha);

  await services.close();
  await services.close();

  silent.close();

  for (const conn of [...sites, ...speakers]) {
    await readAll(conn);
    conn.close();
  }
  for (const address of [alpha, beta, http, ssh, greeting]) {
    await untilRefused({ port: portOf(address) });
  }
});

Deno.test("demo services close while a client sends and does not read", async () => {
  const services = startDemoServices();
  const conn = await connect(services.ssh);
  await expectText(conn, BANNER);
  await send(conn, "SSH-2.0-me\n");
  // More than the socket buffers of both ways hold: the send itself gets stuck.
  const sending = assertRejects(
    () => writeAll(conn, new Uint8Array(STUCK_BYTES).fill(1)),
  );

  await services.close();

  await sending;
  conn.close();
});
