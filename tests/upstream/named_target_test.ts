/** Targets that are named by what the client asks for. */
import {
  assertEquals,
  assertMatch,
  assertObjectMatch,
  assertThrows,
} from "@std/assert";
import type { DynamicTargetPlace } from "../../src/config/target_places.ts";
import type { Facts } from "../../src/detect/detector.ts";
import { PassthruError } from "../../src/errors.ts";
import {
  checkPublic,
  dialledText,
  nameOf,
} from "../../src/upstream/named_target.ts";
import { helloRecord } from "../support/client_hello.ts";
import { oneServer, serveConfig } from "../support/passthru.ts";
import { namedEcho } from "../support/services.ts";
import { bytesOf, readAll, textOf, writeAll } from "../support/tcp.ts";

const TARGET: DynamicTargetPlace = {
  kind: "dynamic",
  text: "{sni}:443",
  fact: "sni",
  under: ".example.com",
  port: 443,
  allowPrivate: false,
};

for (
  const [sni, message] of [
    [undefined, "the client sent no sni"],
    [["a.example.com"], "the client sent no sni"],
    ["127.0.0.1", 'the sni "127.0.0.1" is an IP address, not a name'],
    ["::1", 'the sni "::1" is an IP address, not a name'],
    ["0x7f.1", 'the sni "0x7f.1" is an IP address, not a name'],
    ["2130706433", 'the sni "2130706433" is an IP address, not a name'],
    ["1.2.3.0x4", 'the sni "1.2.3.0x4" is an IP address, not a name'],
    ["", "the sni is empty"],
    ["a b.example.com", "the sni holds the byte 0x20"],
    ["a\0.example.com", "the sni holds the byte 0x00"],
    ["a..example.com", "the sni has an empty label"],
    ["a%00.example.com", 'the sni holds "%"'],
    ["example.com", 'the sni "example.com" is not below "example.com"'],
    [".example.com", "the sni has an empty label"],
    ["a.example.org", 'the sni "a.example.org" is not below "example.com"'],
    ["aexample.com", 'the sni "aexample.com" is not below "example.com"'],
    [
      "a.example.com.evil.org",
      'the sni "a.example.com.evil.org" is not below "example.com"',
    ],
  ] as const
) {
  Deno.test(`a client that names ${JSON.stringify(sni)} gets no target`, () => {
    const facts = (sni === undefined ? {} : { sni }) as Facts;
    assertObjectMatch(
      assertThrows(() => nameOf(TARGET, facts), PassthruError),
      { code: "bad_name", message },
    );
    assertEquals(
      dialledText({ ...TARGET, weight: 1, backup: false }, facts),
      "{sni}:443",
    );
  });
}

Deno.test("a client that names what is below the wildcard gets it", () => {
  const facts = { sni: "a.b.example.com" };
  assertEquals(nameOf(TARGET, facts), "a.b.example.com");
  assertEquals(
    dialledText({ ...TARGET, weight: 1, backup: false }, facts),
    "a.b.example.com:443",
  );
});

Deno.test("a name that leads to an address that is not public is refused, unless allow_private", () => {
  const conn = (hostname: string) => ({
    remoteAddr: { transport: "tcp" as const, hostname, port: 443 },
  });
  checkPublic(TARGET, conn("93.184.215.14"));
  checkPublic(TARGET, conn("2606:2800:21f:cb07::1"));
  checkPublic({ ...TARGET, allowPrivate: true }, conn("10.0.0.1"));
  for (
    const [address, what] of [
      ["10.0.0.1", "a private address"],
      ["::ffff:10.0.0.1", "a private address"],
      ["::1", "a loopback address"],
    ] as const
  ) {
    assertObjectMatch(
      assertThrows(() => checkPublic(TARGET, conn(address)), PassthruError),
      {
        code: "not_public",
        message:
          `it leads to ${address}, ${what}, and there is no "allow_private"`,
      },
    );
  }
  const unix = { remoteAddr: { transport: "unix" as const, path: "/x" } };
  assertEquals(
    assertThrows(() => checkPublic(TARGET, unix), PassthruError).code,
    "not_public",
  );
});

/**
 * A server for `*.localhost`, which is loopback where the resolver has it
 * (RFC 6761), and else nowhere.
 */
function serveLocalhost(port: number, more: object) {
  const action = { action: "FORWARD", to_addr: `{sni}:${port}`, ...more };
  return serveConfig(oneServer({ TLS: { "SNI *.localhost": action } }));
}

async function say(port: number, sni: string): Promise<string> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await writeAll(conn, helloRecord({ sni }));
  await conn.closeWrite();
  const answer = textOf(await readAll(conn).catch(() => bytesOf("reset")));
  conn.close();
  return answer;
}

Deno.test("nothing reaches a target that is not public, and the report says why", async () => {
  await using echo = namedEcho("secret");
  await using proxy = serveLocalhost(echo.port, {});
  assertEquals(await say(proxy.port, "a.localhost"), "");
  const { reason, target, error, bytesUp } = await proxy.report(1);
  assertEquals([reason, target, bytesUp], [
    "dial_failed",
    `a.localhost:${echo.port}`,
    0,
  ]);
  assertMatch(
    error!,
    /^Cannot dial a\.localhost:\d+: (it leads to \S+, a loopback address, and there is no "allow_private"|host name not found)$/,
  );
});
