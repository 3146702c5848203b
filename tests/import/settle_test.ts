import { assertEquals, assertMatch } from "@std/assert";
import { SourceText } from "../../src/config/diagnostics.ts";
import {
  ImportedConfig,
  option,
  rule,
} from "../../src/import/imported_config.ts";
import { type Origin, placeOf } from "../../src/import/origin.ts";
import { settle } from "../../src/import/settle.ts";
import { ALL_DETECTORS } from "../support/all_detectors.ts";

const ORIGINAL = new SourceText("old.cfg", "one\ntwo\nthree\nfour\nfive\n");

/** The place of a word of {@linkcode ORIGINAL}. */
function at(word: string): Origin {
  const offset = ORIGINAL.text.indexOf(word);
  return { source: ORIGINAL, span: { offset, length: word.length } };
}

function settled(config: ImportedConfig) {
  return settle(config, {
    file: "new.jsonc",
    head: ["Imported"],
    registry: () => ALL_DETECTORS,
  });
}

Deno.test("import: what is imported has its line, and notes are comments at their place", () => {
  const config = new ImportedConfig();
  config.root.note(at("one"), '"fork" has no equivalent');
  const server = config.server("127.0.0.1:4443", at("two"));
  option(server, "detect_timeout", { value: "2s", origin: at("three") });
  server.note(at("three"), "The second\nline \u2028 of a note");
  rule(server, ["TLS", "SNI a.example"], {
    action: "127.0.0.1:1",
    origin: at("three"),
  });
  rule(server, ["TLS", "CATCHALL"], {
    action: { action: "FORWARD", to_addr: ["127.0.0.1:2", "127.0.0.1:3"] },
    origin: at("four"),
  })!.note(at("five"), "Both are tried");
  rule(server, ["SSH", "CATCHALL"], {
    action: "127.0.0.1:22",
    origin: at("five"),
  });
  const { text, diagnostics } = settled(config);
  assertEquals(diagnostics, []);
  assertEquals(
    text,
    `// Imported
{
  // old.cfg:1:1: "fork" has no equivalent
  "version": "v1.0.0",
  "servers": {
    "127.0.0.1:4443": { // old.cfg:2
      "options": {
        "detect_timeout": "2s" // old.cfg:3
      },
      // old.cfg:3:1: The second line of a note
      "TLS": { // old.cfg:3
        "SNI a.example": "127.0.0.1:1",
        // old.cfg:5:1: Both are tried
        "CATCHALL": { "action": "FORWARD", "to_addr": ["127.0.0.1:2", "127.0.0.1:3"] } // old.cfg:4
      },
      "SSH": "127.0.0.1:22" // old.cfg:5
    }
  }
}
`,
  );
});

Deno.test("import: what a config may not say becomes a REJECT or is left out, with a note", () => {
  const config = new ImportedConfig();
  const server = config.server("127.0.0.1:4443", at("one"));
  rule(server, ["TLS", "SNI a..example"], {
    action: "127.0.0.1:1",
    origin: at("two"),
  });
  rule(server, ["TLS", "CATCHALL"], {
    action: "127.0.0.1:4443",
    origin: at("three"),
  });
  config.server("no address", at("four"));
  const { text, diagnostics } = settled(config);
  assertEquals(diagnostics.filter(({ severity }) => severity === "error"), []);
  assertMatch(text, /"CATCHALL": \{ "action": "REJECT" \}/);
  assertEquals(
    config.notes.map(({ origin, text }) => [
      placeOf(origin),
      text.replace(/: .*/, ""),
    ]),
    [
      ["old.cfg:3:1", 'passthru refuses "CATCHALL"'],
      ["old.cfg:2:1", 'passthru refuses "SNI a..example"'],
      ["old.cfg:4:1", 'passthru refuses "no address"'],
    ],
  );
});

Deno.test("import: a protocol whose only target is refused does not leave its clients to another one", () => {
  const config = new ImportedConfig();
  const server = config.server("127.0.0.1:4443", at("one"));
  rule(server, ["TLS", "CATCHALL"], {
    action: "127.0.0.1:4443",
    origin: at("two"),
  });
  rule(server, ["CATCHALL", "CATCHALL"], {
    action: "127.0.0.1:1",
    origin: at("three"),
  });
  const { diagnostics } = settled(config);
  assertEquals(diagnostics.filter(({ severity }) => severity === "error"), []);
  assertEquals(server.plain(), {
    TLS: { CATCHALL: { action: "REJECT" } },
    CATCHALL: { CATCHALL: "127.0.0.1:1" },
  });
  assertMatch(
    config.notes.map(({ text }) => text).join(),
    /^passthru refuses "CATCHALL": .*; it is a REJECT here$/,
  );
});

Deno.test("import: a name that is taken stays as it is", () => {
  const config = new ImportedConfig();
  const server = config.server(":443", at("one"));
  const first = { action: "127.0.0.1:1", origin: at("one") };
  const second = { action: "127.0.0.1:2", origin: at("two") };
  rule(server, ["TLS", "CATCHALL"], first);
  assertEquals(rule(server, ["TLS", "CATCHALL"], second), null);
  assertEquals(server.get("TLS")!.get("CATCHALL")!.value, "127.0.0.1:1");
});
