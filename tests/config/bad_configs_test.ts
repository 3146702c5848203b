import { assert, assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { failedExpectations } from "../../src/explain/expectations.ts";
import { BAD_CONFIGS, type BadConfig } from "./bad_configs.ts";

/** Few enough to be listed in messages, however many there are in all. */
const CORE = BUILTINS.filter(({ name }) =>
  ["HTTP", "HTTP2", "SSH", "TLS"].includes(name)
);

function findings({ text }: BadConfig): string[] {
  const bytes = typeof text === "string"
    ? new TextEncoder().encode(text)
    : text;
  const loaded = loadConfig("cfg.jsonc", bytes, new Registry(CORE));
  const { source } = loaded;
  const diagnostics = [...loaded.diagnostics, ...failedExpectations(loaded)];
  return diagnostics.map(({ severity, message, span, related }) => {
    const { line, column } = source.position(span.offset);
    const head = severity === "error" ? "" : `${severity}: `;
    const tail = related === undefined
      ? ""
      : ` [${related.message}: ${
        source.place(related.span.offset).replace("cfg.jsonc:", "")
      }]`;
    return `${line}:${column}: ${head}${message}${tail}`;
  });
}

Deno.test("the table of bad configs has at least 60 entries, each named once", () => {
  assert(BAD_CONFIGS.length >= 60);
  assertEquals(
    new Set(BAD_CONFIGS.map(({ name }) => name)).size,
    BAD_CONFIGS.length,
  );
});

for (const bad of BAD_CONFIGS) {
  Deno.test(`bad config: ${bad.name}`, () => {
    assert(bad.expect.length > 0);
    assertEquals(findings(bad), bad.expect);
  });
}
