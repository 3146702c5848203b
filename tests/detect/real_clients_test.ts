/** The detectors against what real programs send, over loopback. */
import { assertEquals } from "@std/assert";
import { connect } from "node:http2";
import { type Found, identifyClient } from "../support/identify_client.ts";
import { programTest, run } from "../support/programs.ts";

curlTest("HTTP by curl", ["http://app.example.com:PORT/a?b"], {
  name: "HTTP",
  facts: {
    method: "GET",
    path: "/a",
    version: "1.1",
    host: "app.example.com",
    upgrade: [],
  },
});

curlTest("a proxied request by curl", [
  "--proxy",
  "http://127.0.0.1:PORT",
  "http://app.example.com:8080/a",
], {
  name: "HTTP",
  facts: {
    method: "GET",
    path: "/a",
    version: "1.1",
    host: "app.example.com",
    upgrade: [],
  },
});

curlTest("CONNECT by curl", [
  "--proxy",
  "http://127.0.0.1:PORT",
  "https://app.example.com/",
], {
  name: "HTTP",
  facts: {
    method: "CONNECT",
    version: "1.1",
    host: "app.example.com",
    upgrade: [],
  },
});

curlTest("HTTP/2 by curl", [
  "--http2-prior-knowledge",
  "http://app.example.com:PORT/a?b",
], {
  name: "HTTP2",
  facts: { method: "GET", path: "/a", host: "app.example.com" },
});

curlTest("TLS by curl", ["https://app.example.com:PORT/"], {
  name: "TLS",
  facts: { sni: "app.example.com", alpn: ["h2", "http/1.1"], version: "1.3" },
});

curlTest("TLS 1.2 by curl", [
  "--tls-max",
  "1.2",
  "--no-alpn",
  "https://app.example.com:PORT/",
], { name: "TLS", facts: { sni: "app.example.com", version: "1.2" } });

curlTest("TLS to an address by curl", ["https://127.0.0.1:PORT/"], {
  name: "TLS",
  facts: { alpn: ["h2", "http/1.1"], version: "1.3" },
});

Deno.test("BUILTINS find TLS by Deno", async () => {
  const found = await identifyClient(async (port) => {
    const conn = Deno.connectTls({
      hostname: "127.0.0.1",
      port,
      alpnProtocols: ["h2"],
    });
    await conn.then((conn) => conn.close(), () => {});
  });
  assertEquals(found, {
    name: "TLS",
    facts: { alpn: ["h2"], version: "1.3" },
  });
});

Deno.test("BUILTINS find HTTP/2 by node:http2, with Huffman codes", async () => {
  const found = await identifyClient((port) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const session = connect(`http://127.0.0.1:${port}`);
    session.on("close", resolve).on("error", () => {});
    session.request({ ":path": "/~{}|^`%25$&'()<>;=,ABCXYZ?b" })
      .on("error", () => {}).end();
    return promise;
  });
  assertEquals(found, {
    name: "HTTP2",
    facts: {
      host: "127.0.0.1",
      method: "GET",
      path: "/~{}|^`%25$&'()<>;=,ABCXYZ",
    },
  });
});

/** Tests what curl sends; `PORT` in its arguments is that of the listener. */
function curlTest(
  what: string,
  args: readonly string[],
  expected: Found,
): void {
  programTest(["curl"], `BUILTINS find ${what}`, async () => {
    const found = await identifyClient(async (port) => {
      await run("curl", [
        "--silent",
        "--connect-to",
        `app.example.com:${port}:127.0.0.1:${port}`,
        ...args.map((arg) => arg.replace("PORT", String(port))),
      ]);
    });
    assertEquals(found, expected);
  });
}
