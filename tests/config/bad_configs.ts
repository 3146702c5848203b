/**
 * Configs that are wrong, by what is wrong with them. `{...}` in a text stands
 * for a good config around the faulty part; see `bad_configs_test.ts`.
 */
import { BAD_ADMIN } from "./bad_admin.ts";
import { BAD_FORMS } from "./bad_forms.ts";
import { BAD_PLACES } from "./bad_places.ts";
import { BAD_RULES } from "./bad_rules.ts";

/** A config and the diagnostics that it must give, as `line:column: message`. */
export interface BadConfig {
  readonly name: string;
  readonly text: string | Uint8Array;
  readonly expect: readonly string[];
}

/** A good config with one server whose content is given. */
function server(content: string, address = "127.0.0.1:443"): string {
  return `{
  "version": "v0.2.0",
  "servers": {
    "${address}": {
      ${content}
    }
  }
}`;
}

/** A good config with one TLS rule. */
function rule(text: string, action = '{ "action": "REJECT" }'): string {
  return server(`"TLS": { "${text}": ${action} }`);
}

/** A good config with one target. */
function target(address: string, listener = "127.0.0.1:443"): string {
  return server(
    `"CATCHALL": { "CATCHALL": { "action": "FORWARD", "to_addr": "${address}" } }`,
    listener,
  );
}

/** A good config with one FORWARD of these fields. */
function forward(fields: string): string {
  return server(
    `"CATCHALL": { "CATCHALL": { "action": "FORWARD", ${fields} } }`,
  );
}

/** A good config with more fields at its top. */
function top(fields: string, version = "v1.0.0"): string {
  return `{
  "version": "${version}",
  ${fields}
  "servers": { "127.0.0.1:443": { "CATCHALL": { "CATCHALL": { "action": "REJECT" } } } }
}`;
}

/** A good config with this expectation. */
function expecting(fields: string): string {
  return `{
  "version": "v1.0.0",
  "servers": { ":443": { "SSH": { "CATCHALL": { "action": "FORWARD", "to_addr": "127.0.0.1:22" } } } },
  "expect": [${fields}]
}`;
}

/** A good config with these options of its server. */
function options(fields: string): string {
  return server(
    `"options": { ${fields} }, "CATCHALL": { "CATCHALL": { "action": "REJECT" } }`,
  );
}

/** The fields of an action that may be any. */
const ANY_ACTION =
  "action, to_addr, within, balance, retries, health, name, connect_timeout, idle_timeout, allow_private, send_proxy, with or status";

/** All of them. */
export const BAD_CONFIGS: readonly BadConfig[] = [
  ...BAD_ADMIN,
  ...BAD_FORMS,
  ...BAD_PLACES,
  ...BAD_RULES,
  // syntax
  {
    name: "empty file",
    text: "",
    expect: [
      '1:1: The file is empty: expected an object with "version" and "servers"',
    ],
  },
  {
    name: "white space only",
    text: " \n\t\n",
    expect: [
      '1:1: The file is empty: expected an object with "version" and "servers"',
    ],
  },
  {
    name: "comment only",
    text: "// nothing here\n",
    expect: [
      '1:1: The file is empty: expected an object with "version" and "servers"',
    ],
  },
  {
    name: "no object",
    text: "[]",
    expect: [
      '1:1: Invalid config: found an array, expected an object with "version" and "servers"',
    ],
  },
  {
    name: "a string",
    text: '"servers"',
    expect: [
      '1:1: Invalid config: found "servers", expected an object with "version" and "servers"',
    ],
  },
  {
    name: "a number",
    text: "42",
    expect: [
      '1:1: Invalid config: found 42, expected an object with "version" and "servers"',
    ],
  },
  {
    name: "null",
    text: "null",
    expect: [
      '1:1: Invalid config: found null, expected an object with "version" and "servers"',
    ],
  },
  {
    name: "missing comma between fields",
    text: '{\n  "version": "v0.2.0"\n  "servers": {}\n}',
    expect: ['3:3: Expected "," before the next entry'],
  },
  {
    name: "missing colon",
    text: '{\n  "version" "v0.2.0",\n  "servers": {}\n}',
    expect: ['2:13: Expected ":" after the name'],
  },
  {
    name: "missing closing brace",
    text: '{\n  "version": "v0.2.0",\n  "servers": {\n',
    expect: ['4:1: Expected "}": an object is not closed'],
  },
  {
    name: "extra closing brace",
    text: '{\n  "version": "v0.2.0"\n}}\n',
    expect: ["3:2: Expected the end of the file"],
  },
  {
    name: "single quotes",
    text: "{\n  'version': 'v0.2.0'\n}",
    expect: [
      '2:3: Invalid word: expected a name or a text in double quotes (")',
    ],
  },
  {
    name: "name without quotes",
    text: '{\n  version: "v0.2.0"\n}',
    expect: [
      '2:3: Invalid word: expected a name or a text in double quotes (")',
      "3:1: Expected a value",
    ],
  },
  {
    name: "unclosed string",
    text: '{\n  "version": "v0.2.0\n}',
    expect: ['2:14: String is not closed: expected a double quote (")'],
  },
  {
    name: "unclosed comment",
    text: "{\n  /* never closed\n}",
    expect: [
      "2:3: Comment is not closed",
      '3:2: Expected "}": an object is not closed',
    ],
  },
  {
    name: "bad escape",
    text: '{ "version": "v0.2.0\\q", "servers": {} }',
    expect: ["1:14: Invalid escape in a string"],
  },
  {
    name: "bad unicode escape",
    text: '{ "version": "\\u12", "servers": {} }',
    expect: ["1:14: Invalid \\u escape: expected four hexadecimal digits"],
  },
  {
    name: "control character in a string",
    text: '{ "version": "v0\t2", "servers": {} }',
    expect: ["1:14: Invalid character in a string"],
  },
  {
    name: "misspelt literal",
    text: '{ "version": nul, "servers": {} }',
    expect: [
      '1:14: Invalid word: expected a name or a text in double quotes (")',
    ],
  },
  {
    name: "number with a leading zero",
    text: '{ "version": "v1.0.0", "workers": 01, "servers": {} }',
    expect: ['1:36: Expected "," before the next entry'],
  },
  {
    name: "unclosed array",
    text: '{ "version": [ "v0.2.0", "servers": {} }',
    expect: ['1:35: Expected "," before the next entry'],
  },
  {
    name: "two values",
    text: "{}\n{}",
    expect: ["2:1: Expected the end of the file"],
  },
  {
    name: "conflict markers",
    text: '{\n<<<<<<< HEAD\n  "version": "v0.2.0"\n=======\n}',
    expect: [
      '2:1: Invalid word: expected a name or a text in double quotes (")',
      '4:1: Invalid word: expected a name or a text in double quotes (")',
    ],
  },
  {
    name: "yaml",
    text: "version: v0.2.0\nservers:\n",
    expect: [
      '1:1: Invalid word: expected a name or a text in double quotes (")',
    ],
  },
  // encoding and size
  {
    name: "UTF-16 file",
    text: new Uint8Array([0xff, 0xfe, 0x7b, 0, 0x7d, 0]),
    expect: ["1:1: The file is UTF-16: expected UTF-8"],
  },
  {
    name: "byte order mark before a bad file",
    text: '\ufeff{ "version": 1 }',
    expect: [
      '1:1: Missing field "servers"',
      '1:14: Invalid value of "version": found 1, expected a version such as "v1.0.0"',
    ],
  },
  {
    name: "not UTF-8",
    text: new Uint8Array([0x7b, 0x0a, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    expect: ["2:2: The file is not valid UTF-8"],
  },
  {
    name: "NUL bytes",
    text: '{ "version": "v0.2.0", \0 "servers": {} }',
    expect: [
      '1:24: Invalid word: expected a name or a text in double quotes (")',
    ],
  },
  {
    name: "10 MB file",
    text: new Uint8Array(10 * 1024 * 1024).fill(0x20),
    expect: ["1:1: The file has 10485760 bytes: expected at most 8388608"],
  },
  {
    name: "nested arrays 100 000 deep",
    text: "[".repeat(100_000),
    expect: ["1:33: Nested too deep: expected at most 32 levels"],
  },
  {
    name: "nested objects 40 deep",
    text: '{"a":'.repeat(40) + "1" + "}".repeat(40),
    expect: ["1:161: Nested too deep: expected at most 32 levels"],
  },
  // version
  {
    name: "no version",
    text:
      '{ "servers": { ":443": { "CATCHALL": { "CATCHALL": { "action": "REJECT" } } } } }',
    expect: [
      '1:1: Missing field "version": expected a field such as "version": "v1.0.0"',
    ],
  },
  {
    name: "version is a number",
    text: '{ "version": 2, "servers": { ":443": { "SSH": "127.0.0.1:22" } } }',
    expect: [
      '1:14: Invalid value of "version": found 2, expected a version such as "v1.0.0"',
    ],
  },
  {
    name: "version without v",
    text: top("", "0.2.0"),
    expect: [
      '2:14: Invalid version "0.2.0": expected "vMAJOR.MINOR.PATCH", such as "v1.0.0"',
    ],
  },
  {
    name: "version with two parts",
    text: top("", "v1.0"),
    expect: [
      '2:14: Invalid version "v1.0": expected "vMAJOR.MINOR.PATCH", such as "v1.0.0"',
    ],
  },
  {
    name: "version before v0.2.0",
    text: top("", "v0.1.0"),
    expect: [
      "2:14: Config version v0.1.0 is unknown to this passthru: before v1.0.0, it knows only v0.2.0",
    ],
  },
  {
    name: "version between v0.2.0 and v1.0.0",
    text: top("", "v0.3.0"),
    expect: [
      "2:14: Config version v0.3.0 is unknown to this passthru: before v1.0.0, it knows only v0.2.0",
    ],
  },
  {
    name: "version of a later major",
    text: top("", "v2.0.0"),
    expect: [
      "2:14: Config version v2.0.0 is too new for this passthru: expected v0.2.0 or v1.0.0",
    ],
  },
  {
    name: "version with a later minor (warning)",
    text: top("", "v1.7.0"),
    expect: [
      "2:14: warning: Config version v1.7.0 is newer than v1.0.0: some features may be missing",
    ],
  },
  {
    name: "version with a later patch (note)",
    text: top("", "v1.0.9"),
    expect: ["2:14: note: Config version v1.0.9 is a later patch of v1.0.0"],
  },
  // fields and types
  {
    name: "no servers",
    text: '{ "version": "v0.2.0" }',
    expect: ['1:1: Missing field "servers"'],
  },
  {
    name: "servers is an array",
    text: '{ "version": "v0.2.0", "servers": [] }',
    expect: [
      '1:35: Invalid value of "servers": found an array, expected an object such as { ":443": { "SSH": "127.0.0.1:22" } }',
    ],
  },
  {
    name: "servers is empty",
    text: '{ "version": "v0.2.0", "servers": {} }',
    expect: ["1:35: No servers: expected at least one address to listen on"],
  },
  {
    name: "unknown top-level field",
    text: top('"server": {},'),
    expect: [
      '3:3: Unknown field "server": expected $schema, version, include, servers, detectors, defaults, resolver, admin, log, workers, max_connections, drain_timeout, reload_timeout, stall_timeout or expect (did you mean "servers"?)',
    ],
  },
  {
    name: "unknown top-level field with a hint",
    text: top('"drain_timout": "5s",'),
    expect: [
      '3:3: Unknown field "drain_timout": expected $schema, version, include, servers, detectors, defaults, resolver, admin, log, workers, max_connections, drain_timeout, reload_timeout, stall_timeout or expect (did you mean "drain_timeout"?)',
    ],
  },
  {
    name: "field that every object inherits",
    text: top('"toString": 1, "__proto__": 2, "constructor": 3,'),
    expect: [
      '3:3: Unknown field "toString": expected $schema, version, include, servers, detectors, defaults, resolver, admin, log, workers, max_connections, drain_timeout, reload_timeout, stall_timeout or expect',
      '3:18: Unknown field "__proto__": expected $schema, version, include, servers, detectors, defaults, resolver, admin, log, workers, max_connections, drain_timeout, reload_timeout, stall_timeout or expect',
      '3:34: Unknown field "constructor": expected $schema, version, include, servers, detectors, defaults, resolver, admin, log, workers, max_connections, drain_timeout, reload_timeout, stall_timeout or expect',
    ],
  },
  {
    name: "field of another case",
    text: top('"Workers": 2,'),
    expect: [
      '3:3: Unknown field "Workers": expected $schema, version, include, servers, detectors, defaults, resolver, admin, log, workers, max_connections, drain_timeout, reload_timeout, stall_timeout or expect (did you mean "workers"?)',
    ],
  },
  {
    name: "server is a string",
    text: '{ "version": "v0.2.0", "servers": { ":443": "127.0.0.1:80" } }',
    expect: [
      '1:45: Invalid value of ":443": found "127.0.0.1:80", expected an object such as { "SSH": "127.0.0.1:22" }',
    ],
  },
  {
    name: "protocol is an array",
    text: server('"TLS": []'),
    expect: [
      '5:14: Invalid value of "TLS": found an array, expected an object of rules or an address such as "127.0.0.1:22"',
    ],
  },
  {
    name: "action is a string",
    text: rule("CATCHALL", '"REJECT"'),
    expect: [
      '5:28: Invalid value of "CATCHALL": found "REJECT", expected an action or an address such as "127.0.0.1:8080" (did you mean { "action": "REJECT" }?)',
    ],
  },
  {
    name: "action is missing",
    text: rule("CATCHALL", '{ "to_addr": "127.0.0.1:1" }'),
    expect: ['5:28: Missing field "action": expected "FORWARD" or "REJECT"'],
  },
  {
    name: "action is misspelt",
    text: rule("CATCHALL", '{ "action": "FORWRD", "to_addr": "127.0.0.1:1" }'),
    expect: [
      '5:40: Invalid value of "action": found "FORWRD", expected "FORWARD" or "REJECT" (did you mean "FORWARD"?)',
    ],
  },
  {
    name:
      "the field action is misspelt, or another field beside a misspelt action",
    text: rule("CATCHALL", '{ "acton": "REJECT", "statsu": 404 }'),
    expect: [
      '5:28: Missing field "action": expected "FORWARD" or "REJECT"',
      `5:30: Unknown field "acton": expected ${ANY_ACTION} (did you mean "action"?)`,
      `5:49: Unknown field "statsu": expected ${ANY_ACTION} (did you mean "status"?)`,
    ],
  },
  {
    name: "action in lower case",
    text: rule("CATCHALL", '{ "action": "reject" }'),
    expect: [
      '5:40: Invalid value of "action": found "reject", expected "FORWARD" or "REJECT" (did you mean "REJECT"?)',
    ],
  },
  {
    name: "action is a number",
    text: rule("CATCHALL", '{ "action": 1 }'),
    expect: [
      '5:40: Invalid value of "action": found 1, expected "FORWARD" or "REJECT"',
    ],
  },
  {
    name: "FORWARD without a target",
    text: rule("CATCHALL", '{ "action": "FORWARD" }'),
    expect: [
      '5:28: Missing field "to_addr" of action "FORWARD": expected a field such as "to_addr": "127.0.0.1:8080"',
    ],
  },
  {
    name: "REJECT with a target",
    text: rule("CATCHALL", '{ "action": "REJECT", "to_addr": "127.0.0.1:1" }'),
    expect: ['5:50: Field "to_addr" does not go with action "REJECT"'],
  },
  {
    name: "REJECT with an unknown answer",
    text: rule("CATCHALL", '{ "action": "REJECT", "with": "tls-alert" }'),
    expect: [
      '5:58: Invalid value of "with": found "tls-alert", expected "close", "tls_alert", "http_status", "drop" or "refused" (did you mean "tls_alert"?)',
    ],
  },
  {
    name: "REJECT with an answer inherited by every object",
    text: rule("CATCHALL", '{ "action": "REJECT", "with": "constructor" }'),
    expect: [
      '5:58: Invalid value of "with": found "constructor", expected "close", "tls_alert", "http_status", "drop" or "refused"',
    ],
  },
  {
    name: "FORWARD with an answer",
    text: rule(
      "CATCHALL",
      '{ "action": "FORWARD", "to_addr": "127.0.0.1:1", "with": "close" }',
    ),
    expect: ['5:77: Field "with" does not go with action "FORWARD"'],
  },
  {
    name: "REJECT with a status and no http_status",
    text: rule("CATCHALL", '{ "action": "REJECT", "status": 403 }'),
    expect: ['5:50: Field "status" goes only with "with": "http_status"'],
  },
  {
    name: "REJECT with an idle_timeout and no drop",
    text: rule(
      "CATCHALL",
      '{ "action": "REJECT", "with": "tls_alert", "idle_timeout": "5s" }',
    ),
    expect: ['5:71: Field "idle_timeout" goes only with "with": "drop"'],
  },
  {
    name: "REJECT with a status that is no error",
    text: server(
      '"HTTP": { "CATCHALL": { "action": "REJECT", "with": "http_status", "status": 302 } }',
    ),
    expect: [
      '5:84: Invalid value of "status": found 302, expected a whole number from 400 to 599',
    ],
  },
  {
    name: "REJECT with a status that needs a header",
    text: server(
      '"HTTP": { "CATCHALL": { "action": "REJECT", "with": "http_status", "status": 401 } }',
    ),
    expect: [
      '5:84: Invalid value of "status": found 401, which needs the header WWW-Authenticate, expected another such as 403, 404, 421 or 503',
    ],
  },
  {
    name: "REJECT with a TLS alert under SSH",
    text: server(
      '"SSH": { "CATCHALL": { "action": "REJECT", "with": "tls_alert" } }',
    ),
    expect: [
      '5:58: Invalid value of "with": found "tls_alert" under SSH, but only TLS can be answered so',
    ],
  },
  {
    name: "REJECT with a TLS alert under SILENT",
    text: server(
      '"SILENT": { "CATCHALL": { "action": "REJECT", "with": "tls_alert" } }',
    ),
    expect: [
      '5:61: Invalid value of "with": found "tls_alert" under SILENT, but only TLS can be answered so',
    ],
  },
  {
    name: "REJECT with a status under TLS",
    text: rule(
      "SNI a.example",
      '{ "action": "REJECT", "with": "http_status" }',
    ),
    expect: [
      '5:63: Invalid value of "with": found "http_status" under TLS, but only HTTP or HTTP2 can be answered so',
    ],
  },
  {
    name: "REJECT with a TLS alert where TLS is not looked for (warning)",
    text: server(
      '"HTTP": {}, "CATCHALL": { "CATCHALL": { "action": "REJECT", "with": "tls_alert" } }',
    ),
    expect: [
      "5:7: warning: HTTP has no rules: it routes nothing",
      '5:75: warning: "tls_alert" never happens here: only TLS can be answered so, and this server does not look for it',
    ],
  },
  {
    name: "REJECT with a status where HTTP is not looked for (warning)",
    text: server(
      '"CATCHALL": { "CATCHALL": { "action": "REJECT", "with": "http_status" } }',
    ),
    expect: [
      '5:63: warning: "http_status" never happens here: only HTTP or HTTP2 can be answered so, and this server does not look for it',
    ],
  },
  {
    name: "unknown field of an action",
    text: rule("CATCHALL", '{ "action": "FORWARD", "to_adr": "127.0.0.1:1" }'),
    expect: [
      '5:28: Missing field "to_addr" of action "FORWARD": expected a field such as "to_addr": "127.0.0.1:8080"',
      '5:51: Unknown field "to_adr": expected action, to_addr, within, balance, retries, health, name, connect_timeout, idle_timeout, allow_private or send_proxy (did you mean "to_addr"?)',
    ],
  },
  {
    name: "target is a number",
    text: rule("CATCHALL", '{ "action": "FORWARD", "to_addr": 443 }'),
    expect: [
      '5:62: Invalid value of "to_addr": found 443, expected an address such as "127.0.0.1:8080" or a list of addresses (did you mean "127.0.0.1:443"?)',
    ],
  },
  {
    name: "target is null",
    text: rule("CATCHALL", '{ "action": "FORWARD", "to_addr": null }'),
    expect: [
      '5:62: Invalid value of "to_addr": found null, expected an address such as "127.0.0.1:8080" or a list of addresses',
    ],
  },
  {
    name: "workers is negative",
    text: top('"workers": -1,'),
    expect: [
      '3:14: Invalid value of "workers": found -1, expected a whole number from 0 to 1024',
    ],
  },
  {
    name: "workers is a fraction",
    text: top('"workers": 1.5,'),
    expect: [
      '3:14: Invalid value of "workers": found 1.5, expected a whole number from 0 to 1024',
    ],
  },
  {
    name: "workers is a string",
    text: top('"workers": "4",'),
    expect: [
      '3:14: Invalid value of "workers": found "4", expected a whole number from 0 to 1024',
    ],
  },
  {
    name: "unknown log level",
    text: top('"log": { "level": "verbose" },'),
    expect: [
      '3:21: Invalid value of "level": found "verbose", expected "debug", "info", "warn" or "error" (did you mean "debug"?)',
    ],
  },
  {
    name: "misspelt log format",
    text: top('"log": { "format": "jsno" },'),
    expect: [
      '3:22: Invalid value of "format": found "jsno", expected "text" or "json" (did you mean "json"?)',
    ],
  },
  {
    name: "sample of the log is a boolean",
    text: top('"log": { "sample": true },'),
    expect: [
      '3:22: Invalid value of "sample": found true, expected a whole number from 0 to 1000000',
    ],
  },
  {
    name: "unknown level of sample",
    text: top('"log": { "sample_level": "warning" },'),
    expect: [
      '3:28: Invalid value of "sample_level": found "warning", expected "debug", "info", "warn" or "error" (did you mean "warn"?)',
    ],
  },
  {
    name: "misspelt field of the log",
    text: top('"log": { "samples": 5 },'),
    expect: [
      '3:12: Unknown field "samples": expected level, format, sample or sample_level (did you mean "sample"?)',
    ],
  },
  {
    name: "log is a string",
    text: top('"log": "debug",'),
    expect: [
      '3:10: Invalid value of "log": found "debug", expected an object such as { "level": "debug" }',
    ],
  },
  {
    name: "duration without a unit",
    text: top('"drain_timeout": "30",'),
    expect: [
      '3:20: Invalid value of "drain_timeout": found "30", expected a duration such as "750ms", "5s", "2m" or "1h"',
    ],
  },
  {
    name: "duration is a number",
    text: top('"drain_timeout": 30,'),
    expect: [
      '3:20: Invalid value of "drain_timeout": found 30, expected a duration such as "750ms", "5s", "2m" or "1h"',
    ],
  },
  {
    name: "duration too long",
    text: top('"drain_timeout": "600h",'),
    expect: [
      '3:20: Invalid value of "drain_timeout": found "600h", expected at most 24 days',
    ],
  },
  {
    name: "detect_timeout of zero",
    text: options('"detect_timeout": "0s"'),
    expect: [
      '5:38: Invalid value of "detect_timeout": found 0, expected at least "1ms"',
    ],
  },
  {
    name: "silent_after of zero",
    text: options('"silent_after": "0s"'),
    expect: [
      '5:36: Invalid value of "silent_after": found 0, expected at least "1ms"',
    ],
  },
  {
    name: "silent_after longer than the detection",
    text: options('"silent_after": "6s"'),
    expect: [
      '5:36: Invalid value of "silent_after": found "6s", expected at most "5s", the detect_timeout',
    ],
  },
  {
    name: "silent_after longer than a detect_timeout of its own",
    text: options('"silent_after": "2s", "detect_timeout": "1s"'),
    expect: [
      '5:36: Invalid value of "silent_after": found "2s", expected at most "1s", the detect_timeout',
    ],
  },
  {
    name: "max_peek too large",
    text: options('"max_peek": "1MiB"'),
    expect: [
      '5:32: Invalid value of "max_peek": found "1MiB", expected "512B" to "64KiB"',
    ],
  },
  {
    name: "max_peek too small",
    text: options('"max_peek": "16B"'),
    expect: [
      '5:32: Invalid value of "max_peek": found "16B", expected "512B" to "64KiB"',
    ],
  },
  {
    name: "max_peek in another unit",
    text: options('"max_peek": "16kb"'),
    expect: [
      '5:32: Invalid value of "max_peek": found "16kb", expected a size such as "512B", "16KiB" or "1MiB"',
    ],
  },
  {
    name: "backlog of zero",
    text: options('"backlog": 0'),
    expect: [
      '5:31: Invalid value of "backlog": found 0, expected a whole number from 1 to 65535',
    ],
  },
  {
    name: "max_connections of zero",
    text: options('"max_connections": 0'),
    expect: [
      '5:39: Invalid value of "max_connections": found 0, expected a whole number from 1 to 1000000',
    ],
  },
  {
    name: "max_connections of the process as a text",
    text: top('"max_connections": "100",'),
    expect: [
      '3:22: Invalid value of "max_connections": found "100", expected a whole number from 1 to 1000000',
    ],
  },
  {
    name: "max_connections_per_ip at the top",
    text: top('"max_connections_per_ip": 5,'),
    expect: [
      '3:3: Unknown field "max_connections_per_ip": expected $schema, version, include, servers, detectors, defaults, resolver, admin, log, workers, max_connections, drain_timeout, reload_timeout, stall_timeout or expect',
    ],
  },
  {
    name: "max_connections_per_ip over max_connections (warning)",
    text: options('"max_connections": 5, "max_connections_per_ip": 10'),
    expect: [
      '5:68: warning: "max_connections_per_ip" of 10 is never reached: "max_connections" is 5',
    ],
  },
  {
    name: "max_new_per_second_per_ip with a fraction",
    text: options('"max_new_per_second_per_ip": 0.5'),
    expect: [
      '5:49: Invalid value of "max_new_per_second_per_ip": found 0.5, expected a whole number from 1 to 100000',
    ],
  },
  {
    name: "allow that is no list",
    text: options('"allow": "10.0.0.0/8"'),
    expect: [
      '5:29: Invalid value of "allow": found "10.0.0.0/8", expected a list of addresses',
    ],
  },
  {
    name: "allow that is empty",
    text: options('"allow": []'),
    expect: ['5:29: "allow" is empty: no client could connect'],
  },
  {
    name: "allow with a number",
    text: options('"allow": [10, "10.0.0.0/8"]'),
    expect: [
      '5:30: Invalid entry of "allow": found 10, expected an address such as "10.0.0.0/8"',
    ],
  },
  {
    name: "deny with a host name, a long prefix and bits behind one",
    text: options('"deny": ["a.example", "10.0.0.0/33", "10.0.0.1/8"]'),
    expect: [
      '5:29: Invalid address "a.example" in "deny": "a.example" is not an IP address, expected one such as "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7"',
      '5:42: Invalid address "10.0.0.0/33" in "deny": the prefix length 33 is larger than 32, expected one such as "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7"',
      '5:57: Invalid address "10.0.0.1/8" in "deny": it has bits set after the prefix, expected one such as "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7" (did you mean "10.0.0.0/8"?)',
    ],
  },
  {
    name: "allow within deny (warning)",
    text: options('"allow": ["10.1.0.0/16", "::1"], "deny": ["10.0.0.0/8"]'),
    expect: [
      '5:30: warning: "10.1.0.0/16" in "allow" has no effect: "deny" has "10.0.0.0/8"',
    ],
  },
  {
    name: "unknown option",
    text: options('"detect_timout": "5s"'),
    expect: [
      '5:20: Unknown field "detect_timout": expected listen, detect_timeout, silent_after, connect_timeout, idle_timeout, max_peek, backlog, accept_proxy, max_connections, max_connections_per_ip, max_new_per_second_per_ip, allow or deny (did you mean "detect_timeout"?)',
    ],
  },
  {
    name: "accept_proxy is a switch",
    text: options('"accept_proxy": true'),
    expect: [
      '5:36: Invalid value of "accept_proxy": found true, expected an object such as { "from": ["10.0.0.0/8"] }',
    ],
  },
  {
    name: "accept_proxy from nowhere",
    text: options('"accept_proxy": { "required": false }'),
    expect: ['5:36: Missing field "from" of "accept_proxy"'],
  },
  {
    name: "accept_proxy from an empty list",
    text: options('"accept_proxy": { "from": [] }'),
    expect: [
      '5:46: Invalid value of "from": found an empty list, expected a list of at least one block',
    ],
  },
  {
    name: "accept_proxy from a text",
    text: options('"accept_proxy": { "from": "10.0.0.0/8" }'),
    expect: [
      '5:46: Invalid value of "from": found "10.0.0.0/8", expected a list of blocks such as ["10.0.0.0/8"]',
    ],
  },
  {
    name: "accept_proxy with a word for required",
    text: options('"accept_proxy": { "from": ["::1"], "required": "yes" }'),
    expect: [
      '5:67: Invalid value of "required": found "yes", expected true or false',
    ],
  },
  {
    name: "accept_proxy with an unknown field, in the defaults",
    text: top('"defaults": { "accept_proxy": { "form": ["::1"] } },'),
    expect: [
      '3:33: Missing field "from" of "accept_proxy"',
      '3:35: Unknown field "form": expected from or required (did you mean "from"?)',
    ],
  },
  {
    name: "accept_proxy from blocks that are none",
    text: options(
      '"accept_proxy": { "from": ["10.0.0.0/33", 7, "10.1.0.0/8", "lb.example", "::1/64"] }',
    ),
    expect: [
      '5:47: Invalid block "10.0.0.0/33" in "from": the prefix length 33 is larger than 32, expected a block such as "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7"',
      '5:62: Invalid entry of "from": found 7, expected a block such as "10.0.0.0/8"',
      '5:65: Invalid block "10.1.0.0/8" in "from": it has bits set after the prefix, expected a block such as "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7" (did you mean "10.0.0.0/8"?)',
      '5:79: Invalid block "lb.example" in "from": "lb.example" is not an IP address, expected a block such as "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7"',
      '5:93: Invalid block "::1/64" in "from": it has bits set after the prefix, expected a block such as "10.0.0.0/8", "2001:db8::/32" or "192.0.2.7" (did you mean "::/64"?)',
    ],
  },
  {
    name: "accept_proxy from everybody",
    text: options('"accept_proxy": { "from": ["0.0.0.0/0", "::/0"] }'),
    expect: [
      '5:47: warning: "accept_proxy" accepts PROXY headers from every address in 0.0.0.0/0: any client can claim any address',
      '5:60: warning: "accept_proxy" accepts PROXY headers from every address in ::/0: any client can claim any address',
    ],
  },
  {
    name: "send_proxy of an unknown version",
    text: rule(
      "CATCHALL",
      '{ "action": "FORWARD", "to_addr": "127.0.0.1:1", "send_proxy": 2 }',
    ),
    expect: [
      '5:91: Invalid value of "send_proxy": found 2, expected "v1" or "v2"',
    ],
  },
  {
    name: "send_proxy to nobody",
    text: rule("CATCHALL", '{ "action": "REJECT", "send_proxy": "v1" }'),
    expect: [
      '5:50: Field "send_proxy" does not go with action "REJECT"',
    ],
  },
  {
    name: "options is an array",
    text: server(
      '"options": [], "CATCHALL": { "CATCHALL": { "action": "REJECT" } }',
    ),
    expect: [
      '5:18: Invalid value of "options": found an array, expected an object such as { "detect_timeout": "5s" }',
    ],
  },
  // duplicates
  {
    name: "duplicate top-level field",
    text: top('"workers": 1, "workers": 2,'),
    expect: ['3:17: Duplicate name "workers" [first used here: 3:3]'],
  },
  {
    name: "duplicate server",
    text:
      '{ "version": "v0.2.0", "servers": {\n  ":443": { "TLS": { "CATCHALL": { "action": "REJECT" } } },\n  ":443": { "SSH": { "CATCHALL": { "action": "REJECT" } } }\n} }',
    expect: ['3:3: Duplicate name ":443" [first used here: 2:3]'],
  },
  {
    name: "duplicate protocol",
    text: server(
      '"TLS": { "CATCHALL": { "action": "REJECT" } },\n      "TLS": { "SNI a.example": { "action": "REJECT" } }',
    ),
    expect: ['6:7: Duplicate name "TLS" [first used here: 5:7]'],
  },
  {
    name: "duplicate rule",
    text: server(
      '"TLS": {\n        "SNI a.example": { "action": "REJECT" },\n        "SNI a.example": { "action": "REJECT" }\n      }',
    ),
    expect: ['7:9: Duplicate name "SNI a.example" [first used here: 6:9]'],
  },
  // protocols and rules
  {
    name: "unknown protocol",
    text: server('"FOO": { "CATCHALL": { "action": "REJECT" } }'),
    expect: [
      '5:7: Unknown protocol "FOO": expected CATCHALL, HTTP, HTTP2, SILENT, SSH or TLS',
    ],
  },
  {
    name: "misspelt protocol",
    text: server('"TSL": { "CATCHALL": { "action": "REJECT" } }'),
    expect: [
      '5:7: Unknown protocol "TSL": expected CATCHALL, HTTP, HTTP2, SILENT, SSH or TLS (did you mean "TLS"?)',
    ],
  },
  {
    name: "protocol in lower case",
    text: server('"tls": { "CATCHALL": { "action": "REJECT" } }'),
    expect: [
      '5:7: Unknown protocol "tls": expected CATCHALL, HTTP, HTTP2, SILENT, SSH or TLS (did you mean "TLS"?)',
    ],
  },
  {
    name: "protocol with another name",
    text: server('"HTTPS": { "CATCHALL": { "action": "REJECT" } }'),
    expect: [
      '5:7: Unknown protocol "HTTPS": expected CATCHALL, HTTP, HTTP2, SILENT, SSH or TLS (did you mean "TLS"?)',
    ],
  },
  {
    name: "unknown rule word",
    text: rule("FOO bar"),
    expect: [
      '5:17: Unknown rule word "FOO" of TLS: expected SNI, ALPN, NOSNI, VERSION, ECH, JA4, JA3, FROM, TIME or CATCHALL',
    ],
  },
  {
    name: "rule word in lower case",
    text: rule("sni a.example"),
    expect: [
      '5:17: Unknown rule word "sni" of TLS: expected SNI, ALPN, NOSNI, VERSION, ECH, JA4, JA3, FROM, TIME or CATCHALL (did you mean "SNI a.example"?)',
    ],
  },
  {
    name: "rule word of another protocol",
    text: rule("HOST a.example"),
    expect: [
      '5:17: Unknown rule word "HOST" of TLS: expected SNI, ALPN, NOSNI, VERSION, ECH, JA4, JA3, FROM, TIME or CATCHALL (did you mean "SNI a.example"?)',
    ],
  },
  {
    name: "rule without its word",
    text: rule("a.example.com"),
    expect: [
      '5:17: Unknown rule word "a.example.com" of TLS: expected SNI, ALPN, NOSNI, VERSION, ECH, JA4, JA3, FROM, TIME or CATCHALL (did you mean "SNI a.example.com"?)',
    ],
  },
  {
    name: "rule without its value",
    text: rule("SNI"),
    expect: ['5:17: Rule word "SNI" has no value: expected "SNI example.com"'],
  },
  {
    name: "second condition without its value",
    text: rule("SNI a.example ALPN"),
    expect: ['5:31: Rule word "ALPN" has no value: expected "ALPN h2"'],
  },
  {
    name: "empty rule",
    text: rule(""),
    expect: [
      '5:16: Empty rule: expected "SNI example.com", "ALPN h2", "NOSNI", "VERSION 1.3", "ECH", "JA4 t13d1516h2_8daaf6152771_b186095e22b6", "JA3 cd08e31494f9531f560d64c695473da9", "FROM 10.0.0.0/8", "TIME 08:00-18:00" or "CATCHALL"',
    ],
  },
  {
    name: "rule of white space",
    text: rule("   "),
    expect: [
      '5:17: Empty rule: expected "SNI example.com", "ALPN h2", "NOSNI", "VERSION 1.3", "ECH", "JA4 t13d1516h2_8daaf6152771_b186095e22b6", "JA3 cd08e31494f9531f560d64c695473da9", "FROM 10.0.0.0/8", "TIME 08:00-18:00" or "CATCHALL"',
    ],
  },
  {
    name: "SNI that is no host",
    text: rule("SNI exa$mple"),
    expect: [
      '5:21: Invalid value of "SNI": found "exa$mple", expected a host name such as "example.com" or "*.example.com", or "/regex/": it holds "$"',
    ],
  },
  {
    name: "SNI with an empty label",
    text: rule("SNI a..example"),
    expect: [
      '5:21: Invalid value of "SNI": found "a..example", expected a host name such as "example.com" or "*.example.com", or "/regex/": it has an empty label',
    ],
  },
  {
    name: "SNI with a star in the middle",
    text: rule("SNI a.*.example"),
    expect: [
      '5:21: Invalid value of "SNI": found "a.*.example", expected a host name such as "example.com" or "*.example.com", or "/regex/": a "*" stands only before the first dot',
    ],
  },
  {
    name: "SNI that is only a star",
    text: rule("SNI *"),
    expect: [
      '5:21: Invalid value of "SNI": found "*", expected a host name such as "example.com" or "*.example.com", or "/regex/": any host is what "CATCHALL" takes',
    ],
  },
  {
    name: "CATCHALL with a value",
    text: rule("CATCHALL x"),
    expect: [
      '5:17: "CATCHALL" stands alone: it takes no value and no condition',
    ],
  },
  {
    name: "condition after CATCHALL",
    text: rule("SNI a.example CATCHALL"),
    expect: [
      '5:31: "CATCHALL" stands alone: it takes no value and no condition',
    ],
  },
  {
    name: "two SNI in one rule",
    text: rule("SNI a.example SNI b.example"),
    expect: [
      "5:31: Rule can never match: a connection has only one SNI, the rule asks for two",
    ],
  },
  {
    name: "the same conditions in another order",
    text: server(
      '"TLS": {\n        "SNI a.example ALPN h2": { "action": "REJECT" },\n        "ALPN h2 SNI A.Example.": { "action": "REJECT" }\n      }',
    ),
    expect: [
      '7:9: Rule "ALPN h2 SNI A.Example." can never win: another rule has the same conditions [the same conditions are here: 6:9]',
    ],
  },
  {
    name: "the same host spelt otherwise",
    text: server(
      '"TLS": {\n        "SNI a.example": { "action": "REJECT" },\n        "SNI  A.EXAMPLE.": { "action": "REJECT" }\n      }',
    ),
    expect: [
      '7:9: Rule "SNI  A.EXAMPLE." can never win: another rule has the same conditions [the same conditions are here: 6:9]',
    ],
  },
  {
    name: "HTTP method in lower case",
    text: server('"HTTP": { "METHOD get": { "action": "REJECT" } }'),
    expect: [
      '5:25: Invalid value of "METHOD": found "get", expected a method such as "GET" (did you mean "GET"?)',
    ],
  },
  {
    name: "HTTP path without a slash",
    text: server('"HTTP": { "PATH api": { "action": "REJECT" } }'),
    expect: [
      '5:23: Invalid value of "PATH": found "api", expected a path such as "/api" or "/api*", without a query, or "*", or a regular expression such as "/^/api/"',
    ],
  },
  {
    name: "rule of SILENT",
    text: server('"SILENT": { "SNI a.example": { "action": "REJECT" } }'),
    expect: [
      '5:19: Unknown rule "SNI a.example" of SILENT: expected only CATCHALL',
    ],
  },
  {
    name: "rule of CATCHALL",
    text: server('"CATCHALL": { "SNI a.example": { "action": "REJECT" } }'),
    expect: [
      '5:21: Unknown rule "SNI a.example" of CATCHALL: expected only CATCHALL',
    ],
  },
  {
    name: "SILENT without a rule",
    text: server('"SILENT": {}'),
    expect: ["5:7: SILENT has no rule: expected CATCHALL"],
  },
  {
    name: "protocol without rules (warning)",
    text: server('"TLS": {}'),
    expect: ["5:7: warning: TLS has no rules: it routes nothing"],
  },
  // addresses
  {
    name: "listener without a port",
    text: server('"TLS": { "CATCHALL": { "action": "REJECT" } }', "127.0.0.1"),
    expect: [
      '4:5: Invalid listening address "127.0.0.1": the port is missing, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443"',
    ],
  },
  {
    name: "listener that is only a port",
    text: server('"TLS": { "CATCHALL": { "action": "REJECT" } }', "443"),
    expect: [
      '4:5: Invalid listening address "443": it is only a port, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443" (did you mean ":443"?)',
    ],
  },
  {
    name: "listener with a star",
    text: server('"TLS": { "CATCHALL": { "action": "REJECT" } }', "*:443"),
    expect: [
      '4:5: Invalid listening address "*:443": it starts with *, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443" (did you mean ":443"?)',
    ],
  },
  {
    name: "listener with a port too large",
    text: server('"TLS": { "CATCHALL": { "action": "REJECT" } }', ":70000"),
    expect: [
      '4:5: Invalid listening address ":70000": the port 70000 is larger than 65535, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443"',
    ],
  },
  {
    name: "listener that is empty",
    text: server('"TLS": { "CATCHALL": { "action": "REJECT" } }', ""),
    expect: [
      '4:5: Invalid listening address "": it is empty, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443"',
    ],
  },
  {
    name: "IPv6 listener without brackets",
    text: server('"TLS": { "CATCHALL": { "action": "REJECT" } }', "::1:443"),
    expect: [
      '4:5: Invalid listening address "::1:443": an IPv6 address needs brackets, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443" (did you mean "[::1]:443"?)',
    ],
  },
  {
    name: "listener with a bad IPv4 address",
    text: server(
      '"TLS": { "CATCHALL": { "action": "REJECT" } }',
      "127.0.0.256:443",
    ),
    expect: [
      '4:5: Invalid listening address "127.0.0.256:443": "127.0.0.256" is not an IPv4 address, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443"',
    ],
  },
  {
    name: "target without a port",
    text: target("example.com"),
    expect: [
      '5:67: Invalid target "example.com": the port is missing, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target without a host",
    text: target(":80"),
    expect: [
      '5:67: Invalid target ":80": the host is missing, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target with port 0",
    text: target("127.0.0.1:0"),
    expect: [
      '5:67: Invalid target "127.0.0.1:0": the port 0 cannot be dialled, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target with a port too large",
    text: target("127.0.0.1:65536"),
    expect: [
      '5:67: Invalid target "127.0.0.1:65536": the port 65536 is larger than 65535, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target with a named port",
    text: target("127.0.0.1:https"),
    expect: [
      '5:67: Invalid target "127.0.0.1:https": the port "https" is not a number, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target that is a URL",
    text: target("https://example.com:443/"),
    expect: [
      '5:67: Invalid target "https://example.com:443/": it is a URL, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443" (did you mean "example.com:443"?)',
    ],
  },
  {
    name: "target that is a URL without a port",
    text: target("http://example.com"),
    expect: [
      '5:67: Invalid target "http://example.com": it is a URL, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target with white space",
    text: target("127.0.0.1 :80"),
    expect: [
      '5:67: Invalid target "127.0.0.1 :80": it contains white space, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443" (did you mean "127.0.0.1:80"?)',
    ],
  },
  {
    name: "target with a bad IPv4 address",
    text: target("1.2.3:80"),
    expect: [
      '5:67: Invalid target "1.2.3:80": "1.2.3" is not an IPv4 address, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target with a bad IPv6 address",
    text: target("[::g]:80"),
    expect: [
      '5:67: Invalid target "[::g]:80": "::g" is not an IPv6 address, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target with an open bracket",
    text: target("[::1:80"),
    expect: [
      '5:67: Invalid target "[::1:80": the "]" is missing, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target in brackets without a port",
    text: target("[::1]"),
    expect: [
      '5:67: Invalid target "[::1]": the port is missing, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target with an IPv6 zone",
    text: target("[fe80::1%eth0]:80"),
    expect: [
      '5:67: Invalid target "[fe80::1%eth0]:80": IPv6 zones are not supported, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target with a bad host name",
    text: target("exa mple_.com:80"),
    expect: [
      '5:67: Invalid target "exa mple_.com:80": it contains white space, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443" (did you mean "example_.com:80"?)',
    ],
  },
  {
    name: "target with an empty label",
    text: target("a..b:80"),
    expect: [
      '5:67: Invalid target "a..b:80": "a..b" is not a host name, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target that is empty",
    text: target(""),
    expect: [
      '5:67: Invalid target "": it is empty, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  // loops
  {
    name: "target that is the listener",
    text: target("127.0.0.1:443"),
    expect: [
      '5:67: Target "127.0.0.1:443" is the listener "127.0.0.1:443" itself: the connection would loop',
    ],
  },
  {
    name: "target that is the listener by name",
    text: target("localhost:443"),
    expect: [
      '5:67: Target "localhost:443" is the listener "127.0.0.1:443" itself: the connection would loop',
    ],
  },
  {
    name: "target that is the listener on all interfaces",
    text: target("[::1]:443", ":443"),
    expect: [
      '5:67: Target "[::1]:443" is the listener ":443" itself: the connection would loop',
    ],
  },
  {
    name: "target that is the listener on all IPv4 interfaces",
    text: target("127.0.0.1:443", "0.0.0.0:443"),
    expect: [
      '5:67: Target "127.0.0.1:443" is the listener "0.0.0.0:443" itself: the connection would loop',
    ],
  },
  {
    name: "target that is the listener in another spelling",
    text: target("[0:0:0:0:0:0:0:1]:443", "[::1]:443"),
    expect: [
      '5:67: Target "[0:0:0:0:0:0:0:1]:443" is the listener "[::1]:443" itself: the connection would loop',
    ],
  },
  {
    name: "listeners that overlap",
    text:
      '{ "version": "v0.2.0", "servers": {\n  "0.0.0.0:443": { "TLS": { "CATCHALL": { "action": "REJECT" } } },\n  "127.0.0.1:443": { "TLS": { "CATCHALL": { "action": "REJECT" } } }\n} }',
    expect: [
      '3:3: Listener "127.0.0.1:443" overlaps "0.0.0.0:443": only one of them can have port 443 [the other listener is here: 2:3]',
    ],
  },
  {
    name: "listeners in a circle (warning)",
    text:
      '{ "version": "v0.2.0", "servers": {\n  "127.0.0.1:1001": { "TLS": { "CATCHALL": { "action": "FORWARD", "to_addr": "127.0.0.1:1002" } } },\n  "127.0.0.1:1002": { "SSH": { "CATCHALL": { "action": "FORWARD", "to_addr": "127.0.0.1:1001" } } }\n} }',
    expect: [
      '2:3: warning: Listener "127.0.0.1:1001" can be reached from its own targets: a connection may loop',
      '3:3: warning: Listener "127.0.0.1:1002" can be reached from its own targets: a connection may loop',
    ],
  },
  // upstreams
  {
    name: "list without a target",
    text: forward('"to_addr": []'),
    expect: [
      '5:67: Invalid value of "to_addr": found an empty list, expected at least one address',
    ],
  },
  {
    name: "target that is an object outside a list",
    text: forward('"to_addr": { "addr": "10.0.0.1:1" }'),
    expect: [
      '5:67: Invalid value of "to_addr": found an object, expected an address such as "127.0.0.1:8080" or a list of addresses',
    ],
  },
  {
    name: "entries of a list that are no targets",
    text: forward('"to_addr": ["10.0.0.1:1", 2, ["10.0.0.3:1"], null]'),
    expect: [
      '5:82: Invalid entry of "to_addr": found 2, expected an address such as "127.0.0.1:8080" or an object such as { "addr": "127.0.0.1:8080", "weight": 2 } (did you mean "127.0.0.1:2"?)',
      '5:85: Invalid entry of "to_addr": found an array, expected an address such as "127.0.0.1:8080" or an object such as { "addr": "127.0.0.1:8080", "weight": 2 }',
      '5:101: Invalid entry of "to_addr": found null, expected an address such as "127.0.0.1:8080" or an object such as { "addr": "127.0.0.1:8080", "weight": 2 }',
    ],
  },
  {
    name: "bad addresses in a list",
    text: forward('"to_addr": ["10.0.0.1", { "addr": "10.0.0.2:0" }]'),
    expect: [
      '5:68: Invalid target "10.0.0.1": the port is missing, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
      '5:90: Invalid target "10.0.0.2:0": the port 0 cannot be dialled, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "target in a list without an address, with a misspelt field",
    text: forward('"to_addr": ["10.0.0.1:1", { "adr": "10.0.0.2:1" }]'),
    expect: [
      '5:82: Missing field "addr" of a target',
      '5:84: Unknown field "adr": expected addr, weight or backup (did you mean "addr"?)',
    ],
  },
  {
    name: "weight that is too large and backup that is a number",
    text: forward(
      '"to_addr": ["10.0.0.1:1", { "addr": "10.0.0.2:1", "weight": 257, "backup": 1 }]',
    ),
    expect: [
      '5:116: Invalid value of "weight": found 257, expected a whole number from 0 to 256',
      '5:131: Invalid value of "backup": found 1, expected true or false',
    ],
  },
  {
    name: "weight that is not whole",
    text: forward(
      '"to_addr": ["10.0.0.1:1", { "addr": "10.0.0.2:1", "weight": 0.5 }]',
    ),
    expect: [
      '5:116: Invalid value of "weight": found 0.5, expected a whole number from 0 to 256',
    ],
  },
  {
    name: "list in which every target is drained",
    text: forward('"to_addr": [{ "addr": "10.0.0.1:1", "weight": 0 }]'),
    expect: ['5:67: No target can be chosen: every "weight" is 0'],
  },
  {
    name: "list in which every target is a backup (warning)",
    text: forward('"to_addr": [{ "addr": "10.0.0.1:1", "backup": true }]'),
    expect: [
      "5:67: warning: Every target is a backup: the field has no effect",
    ],
  },
  {
    name: "target that is in the list twice",
    text: forward('"to_addr": ["b.example:1", { "addr": "B.Example.:1" }]'),
    expect: [
      '5:93: Target "B.Example.:1" is in the list twice: give it a "weight" instead [the other one is here: 5:68]',
    ],
  },
  {
    name: "target in a list that is the listener",
    text: forward('"to_addr": ["10.0.0.1:1", { "addr": "localhost:443" }]'),
    expect: [
      '5:92: Target "localhost:443" is the listener "127.0.0.1:443" itself: the connection would loop',
    ],
  },
  {
    name: "balance that is misspelt",
    text: forward('"to_addr": ["10.0.0.1:1", "10.0.0.2:1"], "balance": "rr"'),
    expect: [
      '5:108: Invalid value of "balance": found "rr", expected "round_robin", "least_connections", "source_hash" or "random" (did you mean "round_robin"?)',
    ],
  },
  {
    name: "retries that is negative",
    text: forward('"to_addr": ["10.0.0.1:1", "10.0.0.2:1"], "retries": -1'),
    expect: [
      '5:108: Invalid value of "retries": found -1, expected a whole number from 0 to 100',
    ],
  },
  {
    name: "balance and retries of a single target (warnings)",
    text: forward('"to_addr": "10.0.0.1:1", "balance": "random", "retries": 1'),
    expect: [
      '5:81: warning: "balance" does nothing: there is only one target',
      '5:102: warning: "retries" does nothing: there is only one target',
    ],
  },
  {
    name: "health that is no object",
    text: forward('"to_addr": "10.0.0.1:1", "health": "5s"'),
    expect: [
      '5:91: Invalid value of "health": found "5s", expected an object such as { "interval": "5s" }',
    ],
  },
  {
    name: "health with bad values",
    text: forward(
      '"to_addr": "10.0.0.1:1", "health": { "interval": "0s", "timeout": 1, "fall": 0, "rises": 2 }',
    ),
    expect: [
      '5:105: Invalid value of "interval": found 0, expected at least "1ms"',
      '5:122: Invalid value of "timeout": found 1, expected a duration such as "750ms", "5s", "2m" or "1h"',
      '5:133: Invalid value of "fall": found 0, expected a whole number from 1 to 100',
      '5:136: Unknown field "rises": expected interval, timeout, fall or rise (did you mean "rise"?)',
    ],
  },
  {
    name: "fields of an upstream on REJECT",
    text: rule("CATCHALL", '{ "action": "REJECT", "balance": "random" }'),
    expect: ['5:50: Field "balance" does not go with action "REJECT"'],
  },
  // many at once
  {
    name: "everything at once",
    text:
      '{\n  "version": "v9",\n  "srvers": {},\n  "servers": {\n    "443": {\n      "TSL": { "SNI a": { "action": "DROP" } },\n      "HTTP": { "HOTS b.example": { "action": "FORWARD", "to_addr": "b.example" } }\n    }\n  }\n}',
    expect: [
      '2:14: Invalid version "v9": expected "vMAJOR.MINOR.PATCH", such as "v1.0.0"',
      '3:3: Unknown field "srvers": expected $schema, version, include, servers, detectors, defaults, resolver, admin, log, workers, max_connections, drain_timeout, reload_timeout, stall_timeout or expect (did you mean "servers"?)',
      '5:5: Invalid listening address "443": it is only a port, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443" (did you mean ":443"?)',
      '6:7: Unknown protocol "TSL": expected CATCHALL, HTTP, HTTP2, SILENT, SSH or TLS (did you mean "TLS"?)',
      '6:37: Invalid value of "action": found "DROP", expected "FORWARD" or "REJECT" (did you mean "REJECT"?)',
      '7:18: Unknown rule word "HOTS" of HTTP: expected HOST, METHOD, PATH, UPGRADE, HEADER, FROM, TIME or CATCHALL (did you mean "HOST"?)',
      '7:69: Invalid target "b.example": the port is missing, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  // detectors
  {
    name: "detector without anything to look for",
    text: top('"detectors": { "OWN": {} },'),
    expect: [
      '3:18: Invalid detector "OWN": found none, expected one of prefix, bytes, regex or module',
    ],
  },
  {
    name: "detector with two things to look for",
    text: top('"detectors": { "OWN": { "prefix": "a", "regex": "b" } },'),
    expect: [
      '3:18: Invalid detector "OWN": found prefix and regex, expected one of prefix, bytes, regex or module',
    ],
  },
  {
    name: "detector with an offset but no bytes",
    text: top('"detectors": { "OWN": { "prefix": "a", "offset": 1 } },'),
    expect: ['3:42: Invalid detector "OWN": "offset" goes only with "bytes"'],
  },
  {
    name: "detector with bad hexadecimal digits",
    text: top('"detectors": { "OWN": { "prefix": "hex:abc" } },'),
    expect: [
      '3:18: Invalid detector "OWN": "hex:abc" has no pairs of hexadecimal digits after "hex:"',
    ],
  },
  {
    name: "detector of no bytes",
    text: top('"detectors": { "OWN": { "bytes": "" } },'),
    expect: ['3:18: Invalid detector "OWN": there are no bytes'],
  },
  {
    name: "detector with the name of another",
    text: top('"detectors": { "TLS": { "prefix": "a" } },'),
    expect: ['3:18: Cannot register detector "TLS": the name is taken'],
  },
  {
    name: "detector with a reserved name",
    text: top('"detectors": { "CATCHALL": { "prefix": "a" } },'),
    expect: ['3:18: Cannot register detector "CATCHALL": the name is reserved'],
  },
  {
    name: "detector with a name in lower case",
    text: top('"detectors": { "own": { "prefix": "a" } },'),
    expect: [
      '3:18: Cannot register detector "own": expected a name of A-Z, 0-9 and "_" that starts with a letter',
    ],
  },
  {
    name: "detector with a broken expression",
    text: top('"detectors": { "OWN": { "regex": "^(a" } },'),
    expect: ['3:38: Invalid regular expression: there is no ")" for this "("'],
  },
  {
    name: "detector with an expression that is not linear",
    text: top('"detectors": { "OWN": { "regex": "(a)=1(?!b)" } },'),
    expect: [
      "3:42: Invalid regular expression: look-around and named groups are not supported",
    ],
  },
  {
    name: "detector with an expression that is too large",
    text: top('"detectors": { "OWN": { "regex": "((a{99}){99}){99}" } },'),
    expect: [
      '3:18: Invalid detector "OWN": The expression has more than 2000 states: expected fewer or smaller repetitions',
    ],
  },
  {
    name: "detector with a misspelt field",
    text: top('"detectors": { "OWN": { "prefx": "a", "prefix": "b" } },'),
    expect: [
      '3:27: Unknown field "prefx": expected prefix, bytes, offset, regex, max_bytes or module (did you mean "prefix"?)',
    ],
  },
  {
    name: "detector whose prefix is a number",
    text: top('"detectors": { "OWN": { "prefix": 5 } },'),
    expect: [
      '3:37: Invalid value of "prefix": found 5, expected a text, or bytes such as "hex:cafe"',
    ],
  },
  {
    name: "detector that is a string",
    text: top('"detectors": { "OWN": "hex:cafe" },'),
    expect: [
      '3:25: Invalid value of "OWN": found "hex:cafe", expected an object such as { "prefix": "hex:cafe" }',
    ],
  },
  {
    name: "detectors is an array",
    text: top('"detectors": [],'),
    expect: [
      '3:16: Invalid value of "detectors": found an array, expected an object such as { "GREETER": { "prefix": "HELLO " } }',
    ],
  },
  {
    name: "rule word of a declared detector",
    text:
      '{ "version": "v1.0.0", "detectors": { "OWN": { "prefix": "a" } },\n  "servers": { ":1": { "OWN": { "HOST x": { "action": "REJECT" } } } } }',
    expect: [
      '2:34: Unknown rule word "HOST" of OWN: expected FROM, TIME or CATCHALL',
    ],
  },
  {
    name: "SNI with a broken expression",
    text: rule("SNI /(a/"),
    expect: [
      '5:21: Invalid value of "SNI": found "/(a/", expected a regular expression that runs in linear time: there is no ")" for this "("',
    ],
  },
  {
    name: "SNI with an open expression",
    text: rule("SNI /a"),
    expect: [
      '5:21: Invalid value of "SNI": found "/a", expected a regular expression between two "/"',
    ],
  },
  {
    name: "SNI beside NOSNI twice",
    text: rule("NOSNI NOSNI"),
    expect: [
      '5:23: warning: Condition "NOSNI" is repeated',
    ],
  },
  {
    name: "version that TLS does not have",
    text: rule("VERSION 1.4"),
    expect: [
      '5:25: Invalid value of "VERSION": found "1.4", expected the highest version offered: "1.3", "1.2", "1.1", "1.0" or "3.0"',
    ],
  },
  {
    name: "JA4 that is none",
    text: rule("JA4 t13d"),
    expect: [
      '5:21: Invalid value of "JA4": found "t13d", expected a JA4 such as "t13d1516h2_8daaf6152771_b186095e22b6"',
    ],
  },
  // expectations
  {
    name: "expect is an object",
    text: top('"expect": {},'),
    expect: [
      '3:13: Invalid value of "expect": found an object, expected a list such as [{ "hello": { "sni": "x" }, "rule": "TLS/SNI x" }]',
    ],
  },
  {
    name: "expectation that is a string",
    text: expecting('"TLS"'),
    expect: [
      '4:14: Invalid entry of "expect": found "TLS", expected an object such as { "hello": { "sni": "x" }, "rule": "TLS/SNI x" }',
    ],
  },
  {
    name: "expectation without a sample",
    text: expecting('{ "rule": "SSH/CATCHALL" }'),
    expect: [
      "4:14: Invalid expectation: found no sample, expected one of hello, http, ssh, hex, text or silent",
    ],
  },
  {
    name: "expectation with two samples",
    text: expecting('{ "ssh": {}, "silent": true, "reject": true }'),
    expect: [
      "4:37: Invalid expectation: found ssh and silent, expected one of hello, http, ssh, hex, text or silent",
    ],
  },
  {
    name: "expectation that expects nothing",
    text: expecting('{ "ssh": {} }'),
    expect: [
      "4:14: Invalid expectation: it has no expected result, expected protocol, rule, target or reject",
    ],
  },
  {
    name: "expectation of a target and of a reject",
    text: expecting('{ "ssh": {}, "target": "127.0.0.1:22", "reject": true }'),
    expect: [
      '4:63: Invalid expectation: "reject" and "target" exclude each other: a closed connection has no target',
    ],
  },
  {
    name: "expectation with a misspelt field",
    text: expecting(
      '{ "ssh": {}, "taget": "127.0.0.1:22", "rule": "SSH/CATCHALL" }',
    ),
    expect: [
      '4:27: Unknown field "taget": expected name, server, hello, http, ssh, hex, text, silent, from, time, protocol, rule, target or reject (did you mean "target"?)',
    ],
  },
  {
    name: "sample with a misspelt field",
    text: expecting('{ "hello": { "snI": "x" }, "reject": true }'),
    expect: [
      '4:27: Unknown field "snI": expected sni, alpn, version or ech (did you mean "sni"?)',
    ],
  },
  {
    name: "reject that is false",
    text: expecting('{ "ssh": {}, "reject": false }'),
    expect: ['4:37: Invalid value of "reject": found false, expected true'],
  },
  {
    name: "sample of an unknown version of TLS",
    text: expecting('{ "hello": { "version": "1.4" }, "reject": true }'),
    expect: [
      '4:38: Invalid value of "version": found "1.4", expected "1.0", "1.1", "1.2" or "1.3"',
    ],
  },
  {
    name: "sample with ALPN that is a text",
    text: expecting('{ "hello": { "alpn": "h2" }, "reject": true }'),
    expect: [
      '4:35: Invalid value of "alpn": found "h2", expected a list of protocols such as ["h2"]',
    ],
  },
  {
    name: "sample with no ALPN in its list",
    text: expecting('{ "hello": { "alpn": [] }, "reject": true }'),
    expect: [
      '4:35: Invalid value of "alpn": found an empty list, expected a list of protocols such as ["h2"]',
    ],
  },
  {
    name: "sample with an ALPN that is a number",
    text: expecting('{ "hello": { "alpn": ["h2", 3] }, "reject": true }'),
    expect: [
      '4:42: Invalid entry of "alpn": found 3, expected a protocol such as "h2"',
    ],
  },
  {
    name: "sample of a request with a space in its path",
    text: expecting('{ "http": { "path": "/a b" }, "reject": true }'),
    expect: [
      '4:34: Invalid value of "path": found "/a b", expected a path such as "/api"',
    ],
  },
  {
    name: "sample of a request with a header of two lines",
    text: expecting(
      '{ "http": { "headers": { "X": "a\\r\\nHost: b" } }, "reject": true }',
    ),
    expect: [
      '4:44: Invalid value of "X": found "a\\r\\nHost: b", expected one line of text',
    ],
  },
  {
    name: "sample of hexadecimal digits that has others",
    text: expecting('{ "hex": "0x16", "reject": true }'),
    expect: [
      '4:23: Invalid value of "hex": found "0x16", expected pairs of hexadecimal digits such as "16 03 01"',
    ],
  },
  {
    name: "sample with half a byte",
    text: expecting('{ "hex": "16 0", "reject": true }'),
    expect: [
      '4:23: Invalid value of "hex": found 3 digits, expected two digits for each byte',
    ],
  },
  {
    name: "sample that is an empty text",
    text: expecting('{ "text": "", "reject": true }'),
    expect: [
      '4:24: Invalid value of "text": found "", expected a text of 1 to 65536 characters',
    ],
  },
  {
    name: "expectation from no address",
    text: expecting(
      '{ "ssh": {}, "from": "10.0.0.0/8", "rule": "SSH/CATCHALL" }',
    ),
    expect: [
      '4:35: Invalid value of "from": found "10.0.0.0/8", expected an IP address such as "192.0.2.7"',
    ],
  },
  {
    name: "expectation at a time without a zone",
    text: expecting('{ "ssh": {}, "time": "08:30", "rule": "SSH/CATCHALL" }'),
    expect: [
      '4:35: Invalid value of "time": found "08:30", expected a time such as "2026-11-22T08:30:00Z"',
    ],
  },
  {
    name: "expectation at a time that there is not",
    text: expecting(
      '{ "ssh": {}, "time": "2026-13-22T08:30:00Z", "rule": "SSH/CATCHALL" }',
    ),
    expect: [
      '4:35: Invalid value of "time": found "2026-13-22T08:30:00Z", expected an existing time, such as "2026-11-22T08:30:00Z"',
    ],
  },
  {
    name: "expectation at an unknown server",
    text: expecting('{ "server": ":444", "ssh": {}, "reject": true }'),
    expect: [
      '4:26: Unknown server ":444": expected ":443" (did you mean ":443"?)',
    ],
  },
  {
    name: "expectation at one of two servers",
    text:
      '{ "version": "v1.0.0", "servers": {\n  ":1": { "SSH": { "CATCHALL": { "action": "REJECT" } } },\n  ":2": { "SSH": { "CATCHALL": { "action": "REJECT" } } } },\n  "expect": [{ "ssh": {}, "reject": true }] }',
    expect: [
      '4:14: Missing field "server": the config has 2 servers, expected one of ":1" or ":2"',
    ],
  },
  {
    name: "expectation of another target",
    text: expecting('{ "ssh": {}, "target": "127.0.0.1:23" }'),
    expect: [
      '4:37: Expectation failed: expected target "127.0.0.1:23", found "127.0.0.1:22" (the server has no target "127.0.0.1:23" (did you mean "127.0.0.1:22"?); rule SSH/CATCHALL: no other rule of SSH matches)',
    ],
  },
  {
    name: "expectation of more targets than there are",
    text: expecting(
      '{ "name": "both", "ssh": {}, "target": ["127.0.0.1:22", "127.0.0.1:99"] }',
    ),
    expect: [
      '4:53: Expectation "both" failed: expected target "127.0.0.1:22, 127.0.0.1:99", found "127.0.0.1:22" (the server has no target "127.0.0.1:99" (did you mean "127.0.0.1:22"?); rule SSH/CATCHALL: no other rule of SSH matches)',
    ],
  },
  {
    name: "expectation of an empty list of targets",
    text: expecting('{ "ssh": {}, "target": [] }'),
    expect: [
      '4:37: Invalid value of "target": found an empty list, expected a list of at least one target',
    ],
  },
  {
    name: "srv: without within",
    text: forward('"to_addr": "srv:_app._tcp.service.consul"'),
    expect: [
      '5:67: Missing field "within": a "srv:" target needs the targets that its answers may name, such as ["*.service.consul", "10.0.0.0/8"]',
    ],
  },
  {
    name: "srv: with a port",
    text: forward('"to_addr": "srv:app.consul:80", "within": ["*.consul"]'),
    expect: [
      '5:67: Invalid target "srv:app.consul:80": the port comes from the answer, expected the name of an SRV record such as "srv:_https._tcp.app.service.consul"',
    ],
  },
  {
    name: "srv: without a name",
    text: forward('"to_addr": "srv:", "within": ["*.consul"]'),
    expect: [
      '5:67: Invalid target "srv:": the name is missing, expected the name of an SRV record such as "srv:_https._tcp.app.service.consul"',
    ],
  },
  {
    name: "srv: in lists",
    text: forward(
      '"to_addr": ["srv:app.consul", { "addr": "srv:b.consul" }], "within": ["*.consul"]',
    ),
    expect: [
      '5:68: Target "srv:app.consul" cannot be in a list: its answers have weights and priorities of their own',
      '5:96: Target "srv:b.consul" cannot be in a list: its answers have weights and priorities of their own',
    ],
  },
  {
    name: "within that says nothing, or too much",
    text: forward(
      '"to_addr": "srv:app.consul", "within": ["*", "10.0.0.1/8", "fd00::1", "[fd00::]/8", "*.consul:http"]',
    ),
    expect: [
      '5:96: Invalid entry of "within" "*": a lone "*" would allow every name, expected a name such as "*.service.consul", a block such as "10.0.0.0/8" or an address such as "[::1]:8080"',
      '5:101: Invalid entry of "within" "10.0.0.1/8": it has bits set after the prefix, expected a name such as "*.service.consul", a block such as "10.0.0.0/8" or an address such as "[::1]:8080" (did you mean "10.0.0.0/8"?)',
      '5:115: Invalid entry of "within" "fd00::1": an IPv6 address needs brackets, expected a name such as "*.service.consul", a block such as "10.0.0.0/8" or an address such as "[::1]:8080" (did you mean "[fd00::1]"?)',
      '5:126: Invalid entry of "within" "[fd00::]/8": Deno has no permissions for blocks of IPv6 addresses, only for single addresses, expected a name such as "*.service.consul", a block such as "10.0.0.0/8" or an address such as "[::1]:8080"',
      '5:140: Invalid entry of "within" "*.consul:http": "http" is not a port, expected a name such as "*.service.consul", a block such as "10.0.0.0/8" or an address such as "[::1]:8080"',
    ],
  },
  {
    name: "within that is empty, or no list",
    text: forward('"to_addr": "srv:app.consul", "within": []'),
    expect: [
      '5:95: Invalid value of "within": found an empty list, expected a list such as ["*.service.consul", "10.0.0.0/8"]',
    ],
  },
  {
    name: "within beside an address",
    text: forward('"to_addr": "127.0.0.1:80", "within": ["*.consul"]'),
    expect: [
      '5:83: "within" goes only with a "srv:" target: other targets have no DNS answer to limit',
    ],
  },
  {
    name: "resolver that is a name, and one without a port",
    text: top('"resolver": ["dns.example:53", "::1"],'),
    expect: [
      '3:16: Invalid value of "resolver": found "dns.example:53", expected an IP address and a port such as "127.0.0.1:53"',
      '3:34: Invalid value of "resolver": found "::1", expected an IP address and a port such as "127.0.0.1:53" (did you mean "[::1]:53"?)',
    ],
  },
  {
    name: "resolver that is no address",
    text: top('"resolver": 53,'),
    expect: [
      '3:15: Invalid value of "resolver": found 53, expected an IP address and a port such as "127.0.0.1:53", or a list',
    ],
  },
];
