/** Configs with expectations, for tests. */
import { loadConfig, type LoadResult } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { failedExpectations } from "../../src/explain/expectations.ts";
import { bytesOf } from "./tcp.ts";

/** Loads a config with these servers (by address) and expectations. */
export function loadExpecting(
  servers: object,
  ...expect: readonly object[]
): LoadResult {
  const config = { version: "v1.0.0", servers, expect };
  return loadConfig(
    "x",
    bytesOf(JSON.stringify(config)),
    new Registry(BUILTINS),
  );
}

/** What is wrong with such a config, its expectations tried. */
export function problemsOf(
  servers: object,
  ...expect: readonly object[]
): string[] {
  const loaded = loadExpecting(servers, ...expect);
  return [...loaded.diagnostics, ...failedExpectations(loaded)]
    .map(({ message }) => message);
}
