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

const TLS_WORDS =
  "expected SNI, ALPN, NOSNI, VERSION, ECH, JA4, JA3, FROM, TIME or CATCHALL";

/** A rule of TLS with an unknown word at its start, and what was meant. */
function unknownWord(text: string, meant: string): BadConfig {
  return {
    name: `rule of TLS "${text}"`,
    text: rule("TLS", text),
    expect: [
      `3:6: Unknown rule word "${
        text.split(" ")[0]
      }" of TLS: ${TLS_WORDS} (did you mean "${meant}"?)`,
    ],
  };
}

/** A rule of TLS with this one problem. */
function wrongRule(text: string, problem: string): BadConfig {
  return {
    name: `rule "${text}"`,
    text: rule("TLS", text),
    expect: [problem],
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
    'it contains a path (did you mean "x.test"?)',
  ),
  noHost(
    "HOST with a user",
    "HOST root@x.test",
    'it contains a user (did you mean "x.test"?)',
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
  // lists
  noHost(
    "list with what is no host",
    "SNI a.example,https://b.example",
    'it is a URL ("https://b.example") (did you mean "a.example,b.example"?)',
  ),
  {
    name: "list with an empty entry",
    text: rule("TLS", "SNI a.example,,b.example"),
    expect: [
      '3:10: Invalid value of "SNI": found "a.example,,b.example", expected a host between the commas (did you mean "a.example,b.example"?)',
    ],
  },
  {
    name: "list with a comma at its end",
    text: rule("TLS", "SNI a.example, ALPN h2"),
    expect: [
      '3:10: Invalid value of "SNI": found "a.example,", expected a host between the commas (did you mean "a.example"?)',
    ],
  },
  {
    name: "list with a regular expression",
    text: rule("TLS", "SNI a.example,/b/"),
    expect: [
      '3:10: Invalid value of "SNI": found "a.example,/b/", expected hosts: a regular expression stands alone, not in a list ("/b/")',
    ],
  },
  {
    name: "list with a host twice (warning)",
    text: rule("TLS", "SNI a.example,A.example"),
    expect: [
      '3:10: warning: Value "a.example,A.example" of "SNI": "A.example" is repeated',
    ],
  },
  {
    name: "lists with spaces",
    text: rule(
      "TLS",
      "SNI a.example, b.example ,c.example FROM 10.0.0.0/8, fd00::/8",
    ),
    expect: [
      '3:10: Invalid value of "SNI": found "a.example, b.example ,c.example", expected a list without spaces (did you mean "a.example,b.example,c.example"?)',
      '3:47: Invalid value of "FROM": found "10.0.0.0/8, fd00::/8", expected a list without spaces (did you mean "10.0.0.0/8,fd00::/8"?)',
    ],
  },
  {
    name: "list in which another rule has one of the hosts",
    text: `{ "version": "v1.0.0", "servers": { ":443": { "TLS": {
"SNI a.example,b.example": "10.0.0.1:443",
"SNI b.example": "10.0.0.2:443"
} } } }`,
    expect: [
      '3:1: Rule "SNI b.example" can never win: another rule has the same conditions [the same conditions are here: 2:1]',
    ],
  },
  {
    name: "target that the client names, under a list",
    text: `{ "version": "v1.0.0", "servers": { ":443": { "TLS": {
"SNI *.a.example,*.b.example": "{sni}:443"
} } } }`,
    expect: [
      '2:32: Target "{sni}:443" needs a rule with one wildcard such as "SNI *.example.com", and "SNI *.a.example,*.b.example" is a list: expected a rule for each',
    ],
  },
  // words
  unknownWord("HOST x.test", "SNI x.test"),
  unknownWord("!HOSTNAME x.test", "!SNI x.test"),
  unknownWord("AUTHORITY", "SNI example.com"),
  unknownWord("DEFAULT", "CATCHALL"),
  unknownWord("default", "CATCHALL"),
  unknownWord("*", "CATCHALL"),
  unknownWord("SNI=x.test", "SNI x.test"),
  unknownWord("!sni:x.test", "!SNI x.test"),
  unknownWord("x.test", "SNI x.test"),
  {
    name: "word of TLS in a rule of HTTP",
    text: rule("HTTP", "SNI x.test"),
    expect: [
      '3:6: Unknown rule word "SNI" of HTTP: expected HOST, METHOD, PATH, UPGRADE, HEADER, FROM, TIME or CATCHALL (did you mean "HOST x.test"?)',
    ],
  },
  {
    name: "host of a protocol that has none",
    text: rule("SSH", "HOST x.test"),
    expect: [
      '3:6: Unknown rule word "HOST" of SSH: expected SOFTWARE, FROM, TIME or CATCHALL',
    ],
  },
  wrongRule(
    "NOT SNI",
    '3:6: Unknown rule word "NOT": a condition that must not hold begins with "!" (did you mean "NOSNI"?)',
  ),
  wrongRule(
    "not SNI x.test ALPN h2",
    '3:6: Unknown rule word "not": a condition that must not hold begins with "!" (did you mean "!SNI x.test"?)',
  ),
  wrongRule(
    "ALPN h2 ! SNI x.test",
    '3:14: Unknown rule word "!": a condition that must not hold begins with "!" (did you mean "!SNI x.test"?)',
  ),
  wrongRule(
    "SNI x.test AND ALPN h2",
    '3:17: Unknown rule word "AND": leave it out, all conditions of a rule must hold',
  ),
  wrongRule(
    "SNI x.test or SNI y.test",
    '3:17: Unknown rule word "or": expected another rule with the same action, or a list such as "SNI a.example,b.example"',
  ),
  {
    name: 'rule "SOFTWARE a || SOFTWARE b"',
    text: rule("SSH", "SOFTWARE a || SOFTWARE b"),
    expect: [
      '3:17: Unknown rule word "||": expected another rule with the same action',
    ],
  },
  // what only the first request of a connection is asked for
  {
    name: "REJECT by a path beside a CATCHALL that forwards (warning)",
    text: `{ "version": "v1.0.0", "servers": { ":443": { "HTTP": {
"PATH  /admin*": { "action": "REJECT" },
"FROM 10.0.0.0/8": { "action": "REJECT" },
"CATCHALL": "10.0.0.1:80"
} } } }`,
    expect: [
      '2:1: warning: Rule "PATH /admin*" refuses nothing that a client asks for later, once "CATCHALL" has forwarded it to "10.0.0.1:80": only the first request of a connection is looked at, so the target has to refuse it, too',
    ],
  },
  {
    name: "REJECT by a host beside another that is forwarded (warning)",
    text: `{ "version": "v1.0.0", "servers": { ":443": { "HTTP2": {
"AUTHORITY a.example": "10.0.0.1:80",
"AUTHORITY b.example": { "action": "REJECT" }
} } } }`,
    expect: [
      '3:1: warning: Rule "AUTHORITY b.example" refuses nothing that a client asks for later, once "AUTHORITY a.example" has forwarded it to "10.0.0.1:80": only the first request of a connection is looked at, so the target has to refuse it, too',
    ],
  },
  {
    name: "host for some clients only, at a target that all reach (warning)",
    text: `{ "version": "v1.0.0", "servers": { ":443": { "HTTP": {
"HOST a.example FROM 10.0.0.0/8": "10.0.0.1:80",
"HOST b.example FROM 10.0.0.0/8": "10.0.0.2:80",
"HOST c.example": "10.0.0.1:80",
"CATCHALL": { "action": "REJECT" }
} } } }`,
    expect: [
      '2:1: warning: Rule "HOST a.example FROM 10.0.0.0/8" keeps out no client that "HOST c.example" forwards to the same target: only the first request of a connection is looked at, so the target has to refuse it, too',
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
