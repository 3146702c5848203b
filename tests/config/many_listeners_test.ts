import { assertEquals } from "@std/assert";
import type { Diagnostic } from "../../src/config/diagnostics.ts";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { assertFast } from "../support/fast.ts";
import { bytesOf } from "../support/tcp.ts";

Deno.test("many listeners on one port need little time, and each is compared with each", () => {
  const addresses = Array.from(
    { length: 20_000 },
    (_, i) => `127.1.${i >> 8}.${i & 255}:443`,
  );
  const last = addresses.length - 1;
  const servers = Object.fromEntries(
    addresses.map((address, i) => [
      address,
      { CATCHALL: i === last ? addresses[7]! : "10.0.0.1:443" },
    ]),
  );
  servers[addresses[7]!] = { CATCHALL: addresses[last]! };
  const config = bytesOf(JSON.stringify({ version: "v1.0.0", servers }));
  let diagnostics: readonly Diagnostic[] = [];
  assertFast(`${addresses.length} listeners`, 6000, () => {
    ({ diagnostics } = loadConfig("x", config, new Registry(BUILTINS)));
  });
  assertEquals(
    diagnostics.map(({ severity, message }) =>
      `${severity}: ${message.split(":443").length}`
    ),
    ["warning: 2", "warning: 2"],
  );
});
