/** Protocols that there are not, where there are many: `bad_configs.ts` has few. */
import { assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { bytesOf } from "../support/tcp.ts";

/** The only message about a config that names such a protocol. */
function messageOf(protocol: string, detectors: object = {}): string {
  const { diagnostics } = loadConfig(
    "cfg.jsonc",
    bytesOf(JSON.stringify({
      version: "v1.0.0",
      detectors,
      servers: {
        ":443": { [protocol]: { CATCHALL: { action: "REJECT" } } },
      },
    })),
    new Registry(BUILTINS),
  );
  assertEquals(diagnostics.length, 1);
  return diagnostics[0]!.message;
}

/** What a message says that offers these. */
function expected(protocol: string, offer: string): string {
  return `Unknown protocol "${protocol}": expected a detector, CATCHALL or SILENT${offer}; run "passthru detectors" for the list`;
}

const OFFERS: readonly (readonly [protocol: string, offer: string])[] = [
  ["TSL", ' (did you mean "TLS"?)'],
  ["tls", ' (did you mean "TLS"?)'],
  ["HTTPS", ' (did you mean "TLS"?)'],
  ["HTTPX", ' (did you mean "HTTP" or "HTTP2"?)'],
  ["CATCHAL", ' (did you mean "CATCHALL"?)'],
  ["DEFAULT", ' (did you mean "CATCHALL"?)'],
  ["websocket", ' (did you mean "HTTP"?)'],
  ["PostgreSQL", ' (did you mean "POSTGRES"?)'],
  ["FOO", ""],
];

for (const [protocol, offer] of OFFERS) {
  Deno.test(`unknown protocol ${protocol}: the nearest names and where the list is, not all names`, () => {
    assertEquals(messageOf(protocol), expected(protocol, offer));
  });
}

for (
  const protocol of ["MYSQL", "SMTP", "FTP", "VNC", "IMAP", "POP3", "mariadb"]
) {
  Deno.test(`unknown protocol ${protocol}: its server speaks first, so it is SILENT`, () => {
    assertEquals(
      messageOf(protocol),
      `Unknown protocol "${protocol}": its server speaks first and its client waits, expected SILENT`,
    );
  });
}

Deno.test("unknown protocol: at most three names are offered, the config's own among them", () => {
  const own = Object.fromEntries(
    ["GAMEA", "GAMEB", "GAMEC", "GAMED"].map((name) => [name, { prefix: "x" }]),
  );
  assertEquals(
    messageOf("GAMEX", own),
    expected("GAMEX", ' (did you mean "GAMEA", "GAMEB" or "GAMEC"?)'),
  );
});
