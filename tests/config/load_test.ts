import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import * as fc from "../../src/testing/fast_check.ts";
import { formatDiagnostics, loadConfig } from "../../src/config/load.ts";
import type { Plan } from "../../src/config/plan.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Registry } from "../../src/detect/registry.ts";
import { assertFast } from "../support/fast.ts";

/** Few enough to be listed in messages, however many there are in all. */
const registry = new Registry(
  BUILTINS.filter(({ name }) => ["HTTP", "HTTP2", "SSH", "TLS"].includes(name)),
);

function load(text: string) {
  return loadConfig("cfg.jsonc", new TextEncoder().encode(text), registry);
}

function planOf(text: string): Plan {
  const { plan, source, diagnostics } = load(text);
  assert(plan !== null, formatDiagnostics(source, diagnostics));
  return plan;
}

/** The config printed in the description of the language. */
const PRINTED = `{
    "version": "v0.2.0",
    "servers": {
        "127.0.0.1:443": {                        // address to listen on
            "TLS": {                              // protocol: a detector's name
                "SNI gaukas.wang":    { "action": "FORWARD", "to_addr": "185.199.111.153:443" },
                "SNI google.com":     { "action": "FORWARD", "to_addr": "142.250.72.46:443" },
                "SNI www.google.com": { "action": "FORWARD", "to_addr": "142.250.72.46:443" },
                "CATCHALL":           { "action": "REJECT" }
            },
            "CATCHALL": {                         // as a protocol: only the rule CATCHALL
                "CATCHALL":           { "action": "FORWARD", "to_addr": "neverssl.com:80" }
            }
        }
    }
}`;

/** What a single address gives. */
function upstreamOf(text: string, hostname: string, port: number) {
  const address = { text, hostname, port };
  return {
    targets: [{ kind: "address", address, weight: 1, backup: false }],
    balance: "round_robin",
    retries: 0,
    health: null,
  } as const;
}

Deno.test("load: the printed v0.2.0 config gives its plan, with the defaults", () => {
  const plan = planOf(PRINTED);
  assertEquals(plan.version, "v0.2.0");
  assertEquals(plan.drainTimeoutMs, 30_000);
  assertEquals(plan.log, {
    level: "info",
    format: "text",
    sample: 20,
    sampleLevel: "warn",
  });
  const [listener] = plan.listeners;
  assert(listener);
  assertEquals(listener.address, {
    text: "127.0.0.1:443",
    hostname: "127.0.0.1",
    port: 443,
  });
  assertEquals(listener.detectTimeoutMs, 5_000);
  assertEquals(listener.maxPeekBytes, 16 * 1024);
  assertEquals(
    listener.protocols[0]?.rules.map(({ text }) => text),
    ["SNI gaukas.wang", "SNI google.com", "SNI www.google.com"],
  );
  assertEquals(listener.protocols[0]?.catchall, { action: "REJECT" });
  assertEquals(listener.catchall, {
    action: "FORWARD",
    ...upstreamOf("neverssl.com:80", "neverssl.com", 80),
    connectTimeoutMs: 10_000,
    idleTimeoutMs: 3_600_000,
  });
});

Deno.test("load: how long a client may be silent", () => {
  const silentAfter = (server: object, more: object = {}) => {
    const config = { version: "v1.0.0", servers: { ":1": server }, ...more };
    return planOf(JSON.stringify(config)).listeners[0]!.silentAfterMs;
  };
  const TLS = { CATCHALL: { action: "REJECT" } };
  const FORWARD = { CATCHALL: "127.0.0.1:9" };
  assertEquals(silentAfter({ TLS, CATCHALL: FORWARD }), 2_000);
  assertEquals(silentAfter({ TLS, SILENT: FORWARD }), 2_000);
  // To wait costs nobody anything.
  assertEquals(silentAfter({ TLS }), null);
  assertEquals(silentAfter({ TLS, CATCHALL: TLS }), null);
  assertEquals(silentAfter({ TLS, SILENT: TLS, CATCHALL: FORWARD }), null);
  const options = { silent_after: "750ms" };
  assertEquals(silentAfter({ TLS, options }), 750);
  assertEquals(silentAfter({ TLS }, { defaults: options }), 750);
  const legacy = { version: "v0.2.0" };
  assertEquals(silentAfter({ TLS, CATCHALL: FORWARD }, legacy), null);
  assertEquals(silentAfter({ TLS, options }, legacy), 750);
});

Deno.test("load: the plan is frozen through and through", () => {
  const plan = planOf(PRINTED);
  assert(Object.isFrozen(plan));
  assert(Object.isFrozen(plan.listeners[0]?.protocols[0]?.rules[0]?.route));
  assertEquals(structuredClone(plan), plan, "and plain data");
});

Deno.test("load: comments, trailing commas, a byte order mark and CRLF are fine", () => {
  const text = "\ufeff" + PRINTED.replace(
    '{ "action": "REJECT" }',
    '/* no */ { "action": "REJECT", },',
  ).replaceAll("\n", "\r\n");
  assertEquals(planOf(text), planOf(PRINTED));
});

Deno.test("load: settings are inherited from defaults to options to actions", () => {
  const plan = planOf(`{
    "$schema": "./passthru.schema.json",
    "version": "v1.0.0",
    "defaults": { "detect_timeout": "1s", "idle_timeout": "10m", "connect_timeout": "2s" },
    "workers": 3,
    "drain_timeout": "1.5s",
    "log": { "level": "debug", "format": "json", "sample": 0, "sample_level": "info" },
    "servers": {
      ":443": {
        "options": { "idle_timeout": "0s", "max_peek": "64KiB", "backlog": 10 },
        "SSH": { "SOFTWARE OpenSSH*": { "action": "FORWARD", "to_addr": "[::1]:22", "name": "ssh", "connect_timeout": "750ms" } },
        "SILENT": { "CATCHALL": { "action": "REJECT" } }
      },
      "localhost:80": { "CATCHALL": { "CATCHALL": { "action": "FORWARD", "to_addr": "a.example:81" } } }
    }
  }`);
  const [first, second] = plan.listeners;
  assert(first && second);
  assertEquals([plan.workers, plan.drainTimeoutMs], [3, 1_500]);
  assertEquals(plan.log, {
    level: "debug",
    format: "json",
    sample: 0,
    sampleLevel: "info",
  });
  assertEquals(
    [first.detectTimeoutMs, first.maxPeekBytes, first.backlog],
    [1_000, 65_536, 10],
  );
  assertEquals(first.protocols[0]?.rules[0]?.route, {
    action: "FORWARD",
    ...upstreamOf("[::1]:22", "::1", 22),
    name: "ssh",
    connectTimeoutMs: 750,
    idleTimeoutMs: 0,
  });
  assertEquals(first.silent, { action: "REJECT" });
  assertEquals(first.address, { text: ":443", hostname: "", port: 443 });
  assertEquals(
    second.catchall?.action === "FORWARD" && second.catchall.idleTimeoutMs,
    600_000,
  );
});

Deno.test("load: an error shows the place, the line and a caret", () => {
  const { source, diagnostics } = load(
    '{\n\t"version": "v0.2.0",\n\t"servers": { ":443": { "TSL": {} } }\n}',
  );
  assertEquals(
    formatDiagnostics(source, diagnostics),
    `cfg.jsonc:3:25: error: Unknown protocol "TSL": expected CATCHALL, HTTP, HTTP2, SILENT, SSH or TLS (did you mean "TLS"?)
    3 | \t"servers": { ":443": { "TSL": {} } }
      | \t                       ^^^^^`,
  );
});

Deno.test("load: an error in a very long line shows the part around it", () => {
  const { source, diagnostics } = load(
    `{ "version": "v0.2.0", ${" ".repeat(5000)} "servers": 5, ${
      " ".repeat(5000)
    } }`,
  );
  const lines = formatDiagnostics(source, diagnostics).split("\n");
  assertEquals(lines.length, 3);
  assert(lines.every((line) => line.length < 140));
  const caret = lines[2]!.indexOf("^");
  assertEquals(lines[1]![caret], "5");
});

Deno.test("load: control characters of the file do not reach the terminal", () => {
  const { source, diagnostics } = load('{ "version": "\x1b[31m" }');
  // deno-lint-ignore no-control-regex
  assertNotMatch(formatDiagnostics(source, diagnostics), /\x1b/);
});

Deno.test("load: columns count characters, not code units", () => {
  const { source, diagnostics } = load(
    '{ /* \u{1f600}\u{1f600} */ "version": 1 }',
  );
  const version = diagnostics.find(({ message }) =>
    message.includes("found 1")
  );
  assertEquals(source.place(version!.span.offset), "cfg.jsonc:1:23");
});

Deno.test("load: more than fifty findings are counted", () => {
  const rules = Array.from(
    { length: 60 },
    (_, i) => `"X${i} y": { "action": "REJECT" }`,
  );
  const { source, diagnostics } = load(
    `{ "version": "v0.2.0", "servers": { ":1": { "TLS": { ${
      rules.join(",\n")
    } } } } }`,
  );
  assertEquals(diagnostics.length, 60);
  assertMatch(formatDiagnostics(source, diagnostics), /\nand 10 more$/);
});

Deno.test("load: an error is shown, however many warnings are before it", () => {
  const rules = Array.from(
    { length: 60 },
    (_, i) => `"HOST h${i}.example": { "action": "REJECT" }`,
  );
  const { source, diagnostics } = load(
    `{ "version": "v1.0.0", "servers": { ":1": { "HTTP": { ${
      rules.join(",\n")
    }, "CATCHALL": "127.0.0.1:1" } }, ":2": { "SHS": "127.0.0.1:22" } } }`,
  );
  assertEquals(diagnostics.at(-1)!.severity, "error");
  const shown = formatDiagnostics(source, diagnostics);
  assertMatch(shown, /error: Unknown protocol "SHS".*\n.*\n.*\nand \d+ more$/);
});

Deno.test("load: never throws, whatever the file", () => {
  const pieces = fc.constantFrom(
    ..."{}[],:\"'\\/* \n0-1".split(""),
    '"version"',
    '"v0.2.0"',
    '"servers"',
    '":443"',
    '"TLS"',
    '"SNI a.b"',
    '"CATCHALL"',
    '"action"',
    '"REJECT"',
    '"FORWARD"',
    '"to_addr"',
    '"constructor"',
    '"__proto__"',
    '"options"',
    "null",
    "true",
    "\u{1f600}",
    "\ufeff",
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
      const result = load(parts.join(""));
      assert(result.plan !== null || result.diagnostics.length > 0);
      formatDiagnostics(result.source, result.diagnostics);
    }),
    { numRuns: 1_000 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    const result = loadConfig("x", bytes, registry);
    assertEquals(result.plan, null);
    formatDiagnostics(result.source, result.diagnostics);
  }));
});

Deno.test("load: never throws on a good config with one value changed", () => {
  const keys = [
    "version",
    "servers",
    "127.0.0.1:443",
    "TLS",
    "CATCHALL",
    "SNI google.com",
    "action",
    "to_addr",
  ];
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }).map((v) => JSON.stringify(v)),
    fc.constantFrom('"constructor"', '"__proto__"', '{"action":"toString"}'),
  );
  fc.assert(
    fc.property(fc.constantFrom(...keys), value, (key, changed) => {
      const text = PRINTED.replace(
        new RegExp(`("${key.replaceAll(".", "\\.")}":\\s*)("[^"]*"|\\{)`),
        (_, name, old) => name + changed + (old === "{" ? ', "x": {' : ""),
      );
      const { plan, diagnostics, source } = load(text);
      assert(plan !== null || diagnostics.length > 0);
      formatDiagnostics(source, diagnostics);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("load: accept_proxy and send_proxy, with their defaults", () => {
  const { listeners } = planOf(`{
    "version": "v1.0.0",
    "defaults": { "accept_proxy": { "from": ["10.0.0.0/8", "2001:DB8:0::/32", "192.0.2.7"] } },
    "servers": {
      ":1": { "CATCHALL": { "CATCHALL": { "action": "FORWARD", "to_addr": "a.example:1", "send_proxy": "v2" } } },
      ":2": {
        "options": { "accept_proxy": { "from": ["::1"], "required": false } },
        "CATCHALL": { "CATCHALL": { "action": "FORWARD", "to_addr": "a.example:1" } }
      }
    }
  }`);
  assertEquals(listeners.map(({ acceptProxy }) => acceptProxy), [
    { from: ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7/32"], required: true },
    { from: ["::1/128"], required: false },
  ]);
  assertEquals(
    listeners.map(({ catchall }) =>
      catchall?.action === "FORWARD" ? catchall.sendProxy : null
    ),
    ["v2", undefined],
  );
});

Deno.test("load: a file of faults on one long line is read in linear time", () => {
  const text = '{ "version":' + 'rsion":'.repeat(200_000);
  // A square of the line takes minutes.
  assertFast("the line", 5_000, () => {
    assertEquals(load(text).diagnostics.length, 1);
  });
});
