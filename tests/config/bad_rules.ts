/** Rules whose words or values are not what their author meant. */
import type { BadConfig } from "./bad_configs.ts";

/** What a host must be. */
const HOST =
  'expected a host name such as "example.com" or "*.example.com", or "/regex/"';

/** A good config with one rule, which starts at 3:6. */
function rule(protocol: string, text: string): string {
  return `{ "version": "v1.0.0", "servers": { ":443": {
"${protocol}": {
    ${JSON.stringify(text)}: { "action": "REJECT" }
} } } }`;
}

/** A value of HOST or SNI that is no host, and why. */
function noHost(
  name: string,
  text: string,
  why: string,
): BadConfig {
  const [word, value] = text.split(" ");
  return {
    name,
    text: rule(word === "SNI" ? "TLS" : "HTTP", text),
    expect: [
      `3:${
        7 + word!.length
      }: Invalid value of "${word}": found "${value}", ${HOST}: ${why}`,
    ],
  };
}

/** All of them. */
export const BAD_RULES: readonly BadConfig[] = [
  // hosts
  noHost(
    "HOST that is a URL",
    "HOST http://x.test",
    'it is a URL (did you mean "x.test"?)',
  ),
  noHost(
    "SNI that is a URL",
    "SNI https://u:p@x.test:8443/path?q#f",
    'it is a URL (did you mean "x.test"?)',
  ),
  noHost(
    "SNI with a wildcard in a URL",
    "SNI https://*.x.test",
    'it is a URL (did you mean "*.x.test"?)',
  ),
  noHost(
    "HOST with a path",
    "HOST x.test/path",
    'it holds a path (did you mean "x.test"?)',
  ),
  noHost(
    "HOST with a user",
    "HOST root@x.test",
    'it holds a user (did you mean "x.test"?)',
  ),
  noHost(
    "HOST with a port that is no number",
    "HOST y.test:abc",
    '"abc" is not a port (did you mean "y.test"?)',
  ),
  noHost(
    "HOST with a port that is too large",
    "HOST *.z.test:99999",
    '"99999" is not a port (did you mean "*.z.test"?)',
  ),
  noHost(
    "HOST with an empty port",
    "HOST z.test:",
    '"" is not a port (did you mean "z.test"?)',
  ),
  noHost(
    "SNI that starts with a dot",
    "SNI .home.test",
    'it starts with a dot (did you mean "*.home.test"?)',
  ),
  noHost(
    "SNI with a star beside a label",
    "SNI *home.test",
    'a "*" stands only before the first dot',
  ),
  noHost(
    "SNI that is not ASCII",
    "SNI bücher.example",
    'clients send it in ASCII (did you mean "xn--bcher-kva.example"?)',
  ),
  noHost(
    "SNI that is not ASCII under a wildcard",
    "SNI *.bücher.example",
    'clients send it in ASCII (did you mean "*.xn--bcher-kva.example"?)',
  ),
  noHost(
    "HOST that is an IPv6 address",
    "HOST [::1]",
    'an IPv6 address is tested by a regular expression, "/^::1$/"',
  ),
  {
    name: "HOST with a port (warning)",
    text: rule("HTTP", "HOST z.test:8080"),
    expect: [
      '3:11: warning: Value "z.test:8080" of "HOST": the port 8080 is not compared: "z.test" means the same',
    ],
  },
  // registered names
  ...[
    ["http2", "h2"],
    ["http/2", "h2"],
    ["http1.1", "http/1.1"],
    ["HTTP/1.1", "http/1.1"],
    ["imaps", "imap"],
  ].map(([found, meant]) => ({
    name: `ALPN "${found}" (warning)`,
    text: rule("TLS", `ALPN ${found}`),
    expect: [
      `3:11: warning: Value "${found}" of "ALPN": it is not a registered ALPN protocol (did you mean "${meant}"?)`,
    ],
  })),
  {
    name: "near misses of a method and of an upgrade (warning)",
    text: rule("HTTP", "METHOD DELET UPGRADE websockets"),
    expect: [
      '3:13: warning: Value "DELET" of "METHOD": it is not a registered HTTP method (did you mean "DELETE"?)',
      '3:27: warning: Value "websockets" of "UPGRADE": it is not a registered upgrade token (did you mean "websocket"?)',
    ],
  },
  // paths
  {
    name: "PATH that may have been meant as a regular expression (warning)",
    text: rule("HTTP", "PATH /v(1)$/"),
    expect: [
      '3:11: warning: Value "/v(1)$/" of "PATH": it is a path: a regular expression has one of the characters ^ \\ [ ] { } | * between its two "/"',
    ],
  },
  {
    name: "PATH with a regular expression that does not run in linear time",
    text: rule("HTTP", "PATH /^(a)\\1/"),
    expect: [
      '3:5: Invalid value of "PATH": found "/^(a)\\\\1/", expected a regular expression that runs in linear time: backreferences are not supported',
    ],
  },
  {
    name: "PATH with a query",
    text: rule("HTTP", "PATH /api?x=1"),
    expect: [
      '3:11: Invalid value of "PATH": found "/api?x=1", expected a path such as "/api" or "/api*", without a query, or "*", or a regular expression such as "/^/api/"',
    ],
  },
];
