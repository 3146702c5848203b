import { assert, assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { bytesOf } from "../support/tcp.ts";

Deno.test("many listeners on one port need little time, and each is compared with each", () => {
  const addresses = Array.from(
    { length: 2000 },
    (_, i) => `127.1.${i >> 8}.${i & 255}:443`,
  );
  const servers = Object.fromEntries(
    addresses.map((address, i) => [
      address,
      { CATCHALL: i === 1999 ? addresses[7]! : "10.0.0.1:443" },
    ]),
  );
  servers[addresses[7]!] = { CATCHALL: addresses[1999]! };
  const text = JSON.stringify({ version: "v1.0.0", servers });
  const start = performance.now();
  const { diagnostics } = loadConfig(
    "x",
    bytesOf(text),
    new Registry(BUILTINS),
  );
  const ms = performance.now() - start;
  assert(ms < 15_000, `${ms} ms`);
  assertEquals(
    diagnostics.map(({ severity, message }) =>
      `${severity}: ${message.split(":443").length}`
    ),
    ["warning: 2", "warning: 2"],
  );
});
