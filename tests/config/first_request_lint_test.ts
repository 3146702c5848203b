import { assertEquals, assertMatch } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";

/** Protocols whose connections carry several requests, with a rule of each. */
const RULES = {
  HTTP: "PATH /admin*",
  HTTP2: "AUTHORITY a.example",
  AJP: "PATH /manager/*",
  FASTCGI: "HOST a.example",
  REDIS: "COMMAND FLUSHALL",
  DNS: "NAME a.example",
  RTSP: "HOST a.example",
  SIP: "HOST a.example",
};

for (const [protocol, rule] of Object.entries(RULES)) {
  Deno.test(`a later request passes by a REJECT of ${protocol}, and a warning says so`, () => {
    const config = {
      version: "v1.0.0",
      servers: {
        ":443": {
          [protocol]: {
            [rule]: { action: "REJECT" },
            CATCHALL: "10.0.0.1:80",
          },
        },
      },
    };
    const bytes = new TextEncoder().encode(JSON.stringify(config));
    const { diagnostics } = loadConfig("cfg", bytes, new Registry(BUILTINS));
    assertEquals(diagnostics.map(({ severity }) => severity), ["warning"]);
    assertMatch(
      diagnostics[0]!.message,
      /^Rule ".*" refuses nothing that a client asks for later, once "CATCHALL" has forwarded it/,
    );
  });
}
