import { assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";

const REJECT = { action: "REJECT" };

/** The findings about rules of `POSTGRES`, with what each points at. */
function findings(
  rules: Record<string, unknown>,
  server: Record<string, unknown> = {},
): [string, string, string][] {
  const text = JSON.stringify({
    version: "v1.0.0",
    servers: { ":5432": { POSTGRES: rules, ...server } },
  });
  const bytes = new TextEncoder().encode(text);
  const { diagnostics } = loadConfig("cfg", bytes, new Registry(BUILTINS));
  return diagnostics.map(({ severity, message, span }) => [
    severity,
    message,
    text.slice(span.offset, span.offset + span.length),
  ]);
}

function note(fate: string): [string, string, string] {
  return [
    "note",
    `Rule "DATABASE wiki" is only for clients with sslmode=disable: others, such as psql without options, ask for encryption first and ${fate}`,
    '"DATABASE wiki"',
  ];
}

const WIKI = { "DATABASE wiki": "10.0.0.1:5432" };

Deno.test("POSTGRES: a note says which clients rules with a database are for", () => {
  assertEquals(findings(WIKI), [note("are refused")]);
  assertEquals(findings({ ...WIKI, CATCHALL: REJECT }), [note("are refused")]);
  const rest = { CATCHALL: "10.0.0.2:5432" };
  assertEquals(findings({ ...WIKI, ...rest }), [note("get CATCHALL")]);
  assertEquals(findings(WIKI, rest), [note("get CATCHALL")]);
});

Deno.test("POSTGRES: no note where rules are for encrypted sessions, or none asks for a database", () => {
  assertEquals(findings({ ...WIKI, "SNI a.example": "10.0.0.2:5432" }), []);
  assertEquals(findings({ CATCHALL: "10.0.0.2:5432" }), []);
  const mine = { "FROM 10.0.0.0/8": "10.0.0.2:5432", CATCHALL: REJECT };
  assertEquals(findings(mine), []);
});
