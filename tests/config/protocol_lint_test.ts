import { assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { bytesOf } from "../support/tcp.ts";

/** What is found about a server with these protocols, in this order. */
function findings(
  protocols: readonly string[],
  detectors: object = {},
  options: object = {},
): string[] {
  const all = { CATCHALL: { action: "REJECT" } };
  const server = Object.fromEntries(protocols.map((name) => [name, all]));
  const config = {
    version: "v1.0.0",
    detectors,
    servers: { ":1": { options, ...server } },
  };
  const { source, diagnostics } = loadConfig(
    "cfg.jsonc",
    bytesOf(JSON.stringify(config)),
    new Registry(BUILTINS),
  );
  const shown = ({ offset, length }: { offset: number; length: number }) =>
    source.text.slice(offset, offset + length);
  return diagnostics.map(({ severity, message, span, related }) =>
    `${shown(span)}: ${severity}: ${message}` +
    (related === undefined ? "" : ` [${shown(related.span)}]`)
  );
}

function taken(name: string, by: string): string {
  return `"${name}": warning: ${name} can never win: ${by} is before it and matches everything that it matches ["${by}"]`;
}

Deno.test("protocols: a declared detector behind one that takes all its openings", () => {
  const detectors = {
    SHORT: { prefix: "AB" },
    LONG: { prefix: "ABC" },
    PART: { bytes: "BC", offset: 1 },
    WIDE: { bytes: "xBCx", offset: 0 },
    LATER: { bytes: "yBC", offset: 4 },
    INNER: { bytes: "BC", offset: 5 },
    WORD: { regex: "^A" },
    OPENSSH: { prefix: "SSH-2.0-OpenSSH_9.6\r\n" },
  };
  const of = (...names: string[]) => findings(names, detectors);
  assertEquals(of("SHORT", "LONG"), [taken("LONG", "SHORT")]);
  assertEquals(of("LONG", "SHORT"), []);
  assertEquals(of("WORD", "LONG"), [taken("LONG", "WORD")]);
  assertEquals(of("PART", "WIDE"), [taken("WIDE", "PART")]);
  assertEquals(of("WIDE", "PART"), []);
  assertEquals(of("PART", "LONG"), [taken("LONG", "PART")]);
  assertEquals(of("INNER", "LATER"), [taken("LATER", "INNER")]);
  assertEquals(of("LATER", "INNER"), []);
  assertEquals(of("PART", "LATER"), []);
  assertEquals(of("SSH", "OPENSSH"), [taken("OPENSSH", "SSH")]);
  assertEquals(of("OPENSSH", "SSH"), []);
  assertEquals(of("TLS", "OPENSSH", "SHORT"), []);
});

Deno.test("protocols: a declared detector whose bytes lie behind the peek buffer", () => {
  const detectors = {
    FAR: { bytes: "ABCD", offset: 510 },
    NEAR: { bytes: "ABCD", offset: 508 },
    WORD: { regex: "^A", max_bytes: 600 },
  };
  assertEquals(
    findings(["FAR", "NEAR", "WORD"], detectors, { max_peek: "512B" }),
    [
      '"FAR": warning: FAR can never match: it needs 514 bytes, and "max_peek" is 512',
    ],
  );
  assertEquals(findings(["FAR"], detectors), []);
});

Deno.test("protocols: SOCKS behind a detector that cannot tell at its greeting", () => {
  const late = (name: string) =>
    `"${name}": warning: SOCKS should be before ${name}: a SOCKS 5 client that sends 05 01 00 waits for the detection timeout, since ${name} needs more bytes ["SOCKS"]`;
  assertEquals(findings(["MONGODB", "TLS", "MODBUS", "SOCKS"]), [
    late("MONGODB"),
    late("MODBUS"),
  ]);
  assertEquals(findings(["SOCKS", "MONGODB", "MODBUS"]), []);
  assertEquals(
    findings(["OWN", "SOCKS"], { OWN: { prefix: "hex:0501" } }),
    [],
  );
  assertEquals(
    findings(["OWN", "SOCKS"], { OWN: { prefix: "hex:05010005" } }),
    [late("OWN")],
  );
});

Deno.test("protocols: all that are built in, in their own order, give no warning", () => {
  assertEquals(findings(BUILTINS.map(({ name }) => name)), []);
});
