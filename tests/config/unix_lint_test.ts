import { assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";

const NO_ADDRESS = "clients of a Unix socket have no address";
const NOBODY = 'No client of "unix:/run/a.sock" is served';
const ACCEPT = { from: ["10.0.0.0/8"] };

/** The findings about a server, with the text that each points at. */
function findings(
  server: Record<string, unknown>,
  { address = "unix:/run/a.sock", defaults = {} } = {},
): [string, string, string][] {
  const text = JSON.stringify({
    version: "v1.0.0",
    defaults,
    servers: { [address]: { SSH: "10.0.0.1:22", ...server } },
  });
  const bytes = new TextEncoder().encode(text);
  const { diagnostics } = loadConfig("cfg", bytes, new Registry(BUILTINS));
  return diagnostics.map(({ severity, message, span }) => [
    severity,
    message,
    text.slice(span.offset, span.offset + span.length),
  ]);
}

Deno.test("a Unix socket with a setting that lets nobody in has a warning", () => {
  const required =
    `${NOBODY}: "accept_proxy" requires a header from an address in "from", and ${NO_ADDRESS}`;
  const options = { accept_proxy: ACCEPT };
  const expected = [["warning", required, '"accept_proxy"']];
  assertEquals(findings({ options }), expected);
  assertEquals(findings({}, { defaults: options }), expected);
  assertEquals(findings({ options: { allow: ["10.0.0.0/8"] } }), [[
    "warning",
    `${NOBODY}: "allow" has addresses, and ${NO_ADDRESS}`,
    '"allow"',
  ]]);
});

Deno.test("a Unix socket with a setting that has no effect has a warning", () => {
  const accept_proxy = { ...ACCEPT, required: false };
  assertEquals(findings({ options: { accept_proxy } }), [[
    "warning",
    `"accept_proxy" has no effect: ${NO_ADDRESS}`,
    '"accept_proxy"',
  ]]);
  assertEquals(findings({}, { defaults: { accept_proxy } }), []);
});

Deno.test("a rule with FROM under a Unix socket has a warning, one with !FROM has none", () => {
  const SSH = {
    "FROM  10.0.0.0/8": "10.0.0.2:22",
    "!FROM 10.0.0.0/8": "10.0.0.3:22",
  };
  assertEquals(findings({ SSH }), [[
    "warning",
    `Rule "FROM 10.0.0.0/8" can never match: ${NO_ADDRESS}`,
    '"FROM  10.0.0.0/8"',
  ]]);
});

Deno.test("a server on an address has none of these warnings", () => {
  const server = {
    options: { accept_proxy: ACCEPT, allow: ["10.0.0.0/8"] },
    SSH: { "FROM 10.0.0.0/8": "10.0.0.2:22" },
  };
  assertEquals(findings(server, { address: "127.0.0.1:1" }), []);
});
