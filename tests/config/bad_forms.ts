/** Values that stand where another form belongs. */
import type { BadConfig } from "./bad_configs.ts";

/** A good config with one server of this content, which starts at 2:1. */
function server(content: string): string {
  return `{ "version": "v1.0.0", "servers": { ":443": {
${content}
} } }`;
}

const FORWARD = '{ "action": "FORWARD", "to_addr": "10.0.0.1:22" }';

/** A target that is none, in a FORWARD at 2:56, and what is said of it. */
function target(name: string, to: unknown, problem: string): BadConfig {
  const text = JSON.stringify(to);
  const expected =
    'expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"';
  return {
    name,
    text: server(
      `"SSH": { "CATCHALL": { "action": "FORWARD", "to_addr": ${text} } }`,
    ),
    expect: [
      `2:56: ${
        problem.startsWith("Invalid")
          ? problem
          : `Invalid target ${text}: ${problem.replace("…", expected)}`
      }`,
    ],
  };
}

const VARIABLES =
  'a config has no variables (the target can be in a file, "file:PATH"), …';

/** All of them. */
export const BAD_FORMS: readonly BadConfig[] = [
  {
    name: "action where rules belong",
    text: server(`"SSH": ${FORWARD}`),
    expect: [
      `2:8: Invalid value of "SSH": found an action where rules belong (did you mean { "CATCHALL": ${FORWARD} }?)`,
    ],
  },
  {
    name: "action where the rules of CATCHALL belong",
    text: server('"CATCHALL": { "action": "REJECT" }'),
    expect: [
      '2:13: Invalid value of "CATCHALL": found an action where rules belong (did you mean { "CATCHALL": { "action": "REJECT" } }?)',
    ],
  },
  {
    name: "long and wrong action where rules belong",
    text: server(
      '"SSH": { "to_addr": ["10.0.0.1:22", "10.0.0.2:22", "10.0.0.3:22", "10.0.0.4:22", "10.0.0.5:22", "10.0.0.6:22"] }',
    ),
    expect: [
      '2:8: Invalid value of "SSH": found an action where rules belong (did you mean { "CATCHALL": { "action": … } }?)',
      '2:8: Missing field "action": expected "FORWARD" or "REJECT"',
    ],
  },
  {
    name: "word of an action where an action belongs",
    text: server('"SSH": "reject", "TLS": { "SNI a.example": "FORWARD" }'),
    expect: [
      '2:8: Invalid value of "SSH": found "reject", expected an action or an address such as "127.0.0.1:8080" (did you mean { "action": "REJECT" }?)',
      '2:44: Invalid value of "SNI a.example": found "FORWARD", expected an action or an address such as "127.0.0.1:8080" (did you mean { "action": "FORWARD", "to_addr": "127.0.0.1:8080" }?)',
    ],
  },
  {
    name: "list where an address or rules belong",
    text: server(
      '"SSH": ["10.0.0.1:22"], "TLS": { "SNI a.example": ["10.0.0.1:443"] }',
    ),
    expect: [
      '2:8: Invalid value of "SSH": found an array, expected an object of rules or an address such as "127.0.0.1:22"',
      '2:51: Invalid value of "SNI a.example": found an array, expected an object such as { "action": "REJECT" } or an address such as "127.0.0.1:8080"',
    ],
  },
  {
    name: "addresses alone that are none",
    text: server(
      '"SSH": "10.0.0.1", "TLS": { "SNI a.example": "http://10.0.0.1:80" }, "SILENT": ":443"',
    ),
    expect: [
      '2:8: Invalid target "10.0.0.1": the port is missing, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
      '2:46: Invalid target "http://10.0.0.1:80": it is a URL, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443" (did you mean "10.0.0.1:80"?)',
      '2:80: Invalid target ":443": the host is missing, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443"',
    ],
  },
  {
    name: "address alone that is the listener",
    text: server('"SSH": "127.0.0.1:443"'),
    expect: [
      '2:8: Target "127.0.0.1:443" is the listener ":443" itself: the connection would loop',
    ],
  },
  {
    name: "address alone that names a service or what the client asks for",
    text: server(
      '"SSH": "srv:_ssh._tcp.consul", "TLS": { "SNI a.example": "{sni}:443" }',
    ),
    expect: [
      '2:8: Missing field "within": a "srv:" target needs the targets that its answers may name, such as ["*.service.consul", "10.0.0.0/8"]',
      '2:58: Target "{sni}:443" needs a rule with a wildcard such as "SNI *.example.com": under "SNI a.example" it is always "a.example:443"',
    ],
  },
  {
    name: "listener without protocols (warning)",
    text:
      '{ "version": "v1.0.0", "servers": { ":22443": {}, ":22444": { "options": {} } } }',
    expect: [
      '1:37: warning: Listener ":22443" has no protocols: it refuses every connection',
      '1:51: warning: Listener ":22444" has no protocols: it refuses every connection',
    ],
  },
  {
    name: "listener with a variable, and one with two addresses",
    text:
      '{ "version": "v1.0.0", "servers": { ":${PORT}": { "SSH": "10.0.0.1:22" }, ":22,:443": { "SSH": "10.0.0.1:22" } } }',
    expect: [
      '1:37: Invalid listening address ":${PORT}": a config has no variables (the address can be in a file, "options": { "listen": "file:PATH" }), expected an address such as ":443", "127.0.0.1:443" or "[::1]:443"',
      '1:75: Invalid listening address ":22,:443": a server has one address, write one server for each, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443"',
    ],
  },
  // protocols
  ...["MYSQL", "SMTP", "FTP", "VNC", "IMAP", "POP3", "mysql"].map((name) => ({
    name: `protocol "${name}", whose server speaks first`,
    text: server(`"${name}": "10.0.0.1:1"`),
    expect: [
      `2:1: Unknown protocol "${name}": its server speaks first and its client waits, expected SILENT`,
    ],
  })),
  ...[["DEFAULT", "CATCHALL"], ["websocket", "HTTP"]].map(([name, meant]) => ({
    name: `protocol "${name}"`,
    text: server(`"${name}": "10.0.0.1:1"`),
    expect: [
      `2:1: Unknown protocol "${name}": expected CATCHALL, HTTP, HTTP2, SILENT, SSH or TLS (did you mean "${meant}"?)`,
    ],
  })),
  // targets
  target(
    "target that is several",
    "127.0.0.1:1,127.0.0.1:2",
    'several addresses need a list, … (did you mean ["127.0.0.1:1","127.0.0.1:2"]?)',
  ),
  target(
    "target that is several, with a space",
    "127.0.0.1:1, [::1]:2",
    'several addresses need a list, … (did you mean ["127.0.0.1:1","[::1]:2"]?)',
  ),
  target("target with a comma", "127.0.0.1:1,x", 'it holds ",", …'),
  target(
    "target that is only a port",
    "21443",
    'it is only a port, … (did you mean "127.0.0.1:21443"?)',
  ),
  target(
    "target that is a number",
    21443,
    'Invalid value of "to_addr": found 21443, expected an address such as "127.0.0.1:8080" or a list of addresses (did you mean "127.0.0.1:21443"?)',
  ),
  target("target with a variable", "${BACKEND}:443", VARIABLES),
  target("target with a variable of a shell", "$BACKEND:443", VARIABLES),
  target("target with a variable of a template", "{{ host }}:443", VARIABLES),
  target("target with a variable of Windows", "%BACKEND%:443", VARIABLES),
  target("target with a variable of Caddy", "{env.BACKEND}:443", VARIABLES),
  // words of fields
  ...[
    ["balance", "roundrobin", "round_robin"],
    ["balance", "leastconn", "least_connections"],
    ["balance", "ip_hash", "source_hash"],
  ].map(([field, found, meant]) => ({
    name: `${field} "${found}"`,
    text: server(
      `"SSH": { "CATCHALL": { "action": "FORWARD", "to_addr": ["10.0.0.1:1", "10.0.0.2:1"], "${field}": "${found}" } }`,
    ),
    expect: [
      `2:97: Invalid value of "${field}": found "${found}", expected "round_robin", "least_connections", "source_hash" or "random" (did you mean "${meant}"?)`,
    ],
  })),
  ...[["warning", "warn"], ["trace", "debug"], ["fatal", "error"]].map((
    [found, meant],
  ) => ({
    name: `level "${found}"`,
    text: `{ "version": "v1.0.0", "log": { "level": "${found}" },
"servers": { ":443": { "SSH": "10.0.0.1:22" } } }`,
    expect: [
      `1:42: Invalid value of "level": found "${found}", expected "debug", "info", "warn" or "error" (did you mean "${meant}"?)`,
    ],
  })),
];
