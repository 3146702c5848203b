/** Loading a config with the detectors that it names. */
import { assertEquals } from "@std/assert";
import { loadFile } from "../../src/cli/load_file.ts";
import { configFile } from "../support/config_file.ts";

/** A config whose TLS has these rules. */
function tls(rules: unknown): unknown {
  return { version: "v1.0.0", servers: { ":443": { TLS: rules } } };
}

Deno.test("load file: a warning takes no detectors but those that are named, an error takes all", async () => {
  const warned = { "SNI a.example SNI a.example": "127.0.0.1:1" };
  const cases = [
    [warned, "warning", false],
    [{ "SIN a.example": "127.0.0.1:1" }, "error", true],
  ] as const;
  for (const [rules, expected, hasAll] of cases) {
    await using config = await configFile(tls(rules));
    using loaded = await loadFile(config.path, { named: true });
    assertEquals(
      loaded.diagnostics.map(({ severity }) => severity),
      [expected],
    );
    assertEquals(loaded.registry.get("MQTT") !== undefined, hasAll);
  }
});
