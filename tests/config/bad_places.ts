/** Configs whose Unix sockets, or targets that a client names, are wrong. */
import type { BadConfig } from "./bad_configs.ts";

/** What stands around a target. */
interface Around {
  readonly rule?: string;
  readonly protocol?: string;
  /** More fields of the action. */
  readonly more?: object;
  /** The listener. */
  readonly at?: string;
}

/** A good config with one rule for this target. */
function route(
  to: unknown,
  { rule = "SNI *.example.com", protocol = "TLS", more, at = ":443" }: Around =
    {},
): string {
  const action = { action: "FORWARD", to_addr: to, ...more };
  return `{ "version": "v1.0.0", "servers": {
"${at}": {
"${protocol}": { "${rule}":
${JSON.stringify(action)}
} } } }`;
}

/** All of them. */
export const BAD_PLACES: readonly BadConfig[] = [
  {
    name: "unix target with a relative path",
    text: route("unix:run/app.sock"),
    expect: [
      '4:31: Invalid target "unix:run/app.sock": the path is relative, expected an address such as "unix:/run/app.sock" (did you mean "unix:/run/app.sock"?)',
    ],
  },
  {
    name: "unix target with a path from here",
    text: route("unix:./app.sock"),
    expect: [
      '4:31: Invalid target "unix:./app.sock": the path is relative, expected an address such as "unix:/run/app.sock"',
    ],
  },
  {
    name: "unix target as a URL",
    text: route("unix:///run/app.sock"),
    expect: [
      '4:31: Invalid target "unix:///run/app.sock": the path is not the shortest spelling, expected an address such as "unix:/run/app.sock" (did you mean "unix:/run/app.sock"?)',
    ],
  },
  {
    name: "unix target without a path",
    text: route("unix:"),
    expect: [
      '4:31: Invalid target "unix:": the path is missing, expected an address such as "unix:/run/app.sock"',
    ],
  },
  {
    name: "unix target that is abstract",
    text: route("unix:@app"),
    expect: [
      '4:31: Invalid target "unix:@app": abstract sockets are not supported, expected an address such as "unix:/run/app.sock"',
    ],
  },
  {
    name: "unix target that is a folder",
    text: route("unix:/run/app/"),
    expect: [
      '4:31: Invalid target "unix:/run/app/": it is the path of a folder, expected an address such as "unix:/run/app.sock"',
    ],
  },
  {
    name: "unix target with a roundabout path",
    text: route("unix:/run/../tmp/./app.sock"),
    expect: [
      '4:31: Invalid target "unix:/run/../tmp/./app.sock": the path is not the shortest spelling, expected an address such as "unix:/run/app.sock" (did you mean "unix:/tmp/app.sock"?)',
    ],
  },
  {
    name: "unix listener that is a folder",
    text: route("unix:/run/app.sock", { at: "unix:/run/x.sock/" }),
    expect: [
      '2:1: Invalid listening address "unix:/run/x.sock/": it is the path of a folder, expected an address such as "unix:/run/app.sock"',
    ],
  },
  {
    name: "unix target that is too long",
    text: route(`unix:/${"x".repeat(107)}`),
    expect: [
      '4:31: Invalid target "unix:/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": the path has 108 bytes, and at most 107 fit, expected an address such as "unix:/run/app.sock"',
    ],
  },
  {
    name: "unix listener that is too long",
    text: route("10.0.0.1:1", { at: `unix:/${"x".repeat(103)}` }),
    expect: [
      '2:1: Invalid listening address "unix:/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": the path has 104 bytes, and at most 103 fit, expected an address such as "unix:/run/app.sock"',
    ],
  },
  {
    name: "unix listener with a relative path",
    text: route("10.0.0.1:1", { at: "unix:app.sock" }),
    expect: [
      '2:1: Invalid listening address "unix:app.sock": the path is relative, expected an address such as "unix:/run/app.sock" (did you mean "unix:/app.sock"?)',
    ],
  },
  {
    name: "unix target that is its listener",
    text: route("unix:/run/a.sock", { at: "unix:/run/a.sock" }),
    expect: [
      '4:31: Target "unix:/run/a.sock" is the listener "unix:/run/a.sock" itself: the connection would loop',
    ],
  },
  {
    name: "unix target twice in a list",
    text: route(["unix:/run/a.sock", "unix:/run/a.sock"]),
    expect: [
      '4:51: Target "unix:/run/a.sock" is in the list twice: give it a "weight" instead [the other one is here: 4:32]',
    ],
  },
  {
    name: "named target under CATCHALL",
    text: route("{sni}:443", { rule: "CATCHALL" }),
    expect: [
      '4:31: Target "{sni}:443" would make an open proxy here: expected it under a rule with a wildcard such as "SNI *.example.com"',
    ],
  },
  {
    name: "named target under the server's CATCHALL",
    text: route("{sni}:443", { rule: "CATCHALL", protocol: "CATCHALL" }),
    expect: [
      '4:31: Target "{sni}:443" would make an open proxy here: expected it under a rule with a wildcard such as "SNI *.example.com"',
    ],
  },
  {
    name: "named target under SILENT",
    text: route("{host}:443", { rule: "CATCHALL", protocol: "SILENT" }),
    expect: [
      '4:31: Target "{host}:443" would make an open proxy here: expected it under a rule with a wildcard such as "SNI *.example.com"',
    ],
  },
  {
    name: "named target under a rule without a name",
    text: route("{sni}:443", { rule: "ALPN h2" }),
    expect: [
      '4:31: Target "{sni}:443" would make an open proxy here: expected it under a rule with a wildcard such as "SNI *.example.com"',
    ],
  },
  {
    name: "named target under a wildcard that must not match",
    text: route("{sni}:443", { rule: "!SNI *.example.com" }),
    expect: [
      '4:31: Target "{sni}:443" would make an open proxy here: expected it under a rule with a wildcard such as "SNI *.example.com"',
    ],
  },
  {
    name: "named target under a rule about the client",
    text: route("{sni}:443", { rule: "FROM 10.0.0.0/8" }),
    expect: [
      '4:31: Target "{sni}:443" would make an open proxy here: expected it under a rule with a wildcard such as "SNI *.example.com"',
    ],
  },
  {
    name: "named target under an exact name",
    text: route("{sni}:443", { rule: "SNI a.example.com" }),
    expect: [
      '4:31: Target "{sni}:443" needs a rule with a wildcard such as "SNI *.example.com": under "SNI a.example.com" it is always "a.example.com:443"',
    ],
  },
  {
    name: "named target under a regular expression",
    text: route("{sni}:443", { rule: "SNI /^[a-z]+[.]example[.]com$/" }),
    expect: [
      '4:31: Target "{sni}:443" would make an open proxy: "SNI /^[a-z]+[.]example[.]com$/" does not say below which domain the names are, expected a wildcard such as "SNI *.example.com"',
    ],
  },
  {
    name: "named target under a top-level domain",
    text: route("{sni}:443", { rule: "SNI *.com" }),
    expect: [
      '4:31: Target "{sni}:443" would make an open proxy: "SNI *.com" is every name of a top-level domain',
    ],
  },
  {
    name: "named target under what ends an IP address",
    text: route("{host}:80", { rule: "HOST *.0.0.1", protocol: "HTTP" }),
    expect: [
      '4:31: Target "{host}:80" would make an open proxy: what ends as "HOST *.0.0.1" says is an IP address, not a name',
    ],
  },
  {
    name: "named target of another protocol",
    text: route("{sni}:443", { rule: "HOST *.example.com", protocol: "HTTP" }),
    expect: [
      '4:31: Target "{sni}:443" is not known by this rule: did you mean "{host}:443"?',
    ],
  },
  {
    name: "named target with a name that is not known",
    text: route("{SNI}:443"),
    expect: [
      '4:31: Invalid target "{SNI}:443": "{SNI}" is not known, expected "{sni}:443" or "{host}:80" (did you mean "sni"?)',
    ],
  },
  {
    name: "named target with a nameless brace",
    text: route("{}:443"),
    expect: [
      '4:31: Invalid target "{}:443": "{}" is not known, expected "{sni}:443" or "{host}:80"',
    ],
  },
  {
    name: "named target without a port",
    text: route("{sni}"),
    expect: [
      '4:31: Invalid target "{sni}": the port is missing, expected "{sni}:443" or "{host}:80"',
    ],
  },
  {
    name: "named target on port 0",
    text: route("{sni}:0"),
    expect: [
      '4:31: Invalid target "{sni}:0": the port 0 cannot be dialled, expected "{sni}:443" or "{host}:80"',
    ],
  },
  {
    name: "named target with a port that is named",
    text: route("{sni}:{host}"),
    expect: [
      '4:31: Invalid target "{sni}:{host}": the port "{host}" is not a number, expected "{sni}:443" or "{host}:80"',
    ],
  },
  {
    name: "named target with more around the name",
    text: route("www.{sni}:443"),
    expect: [
      '4:31: Invalid target "www.{sni}:443": the name in braces stands alone, expected "{sni}:443" or "{host}:80"',
    ],
  },
  {
    name: "named target in a list",
    text: route(["{sni}:443", "10.0.0.1:443"]),
    expect: ['4:32: Target "{sni}:443" cannot be in a list: it stands alone'],
  },
  {
    name: "named target alone in a list",
    text: route(["{sni}:443"]),
    expect: ['4:32: Target "{sni}:443" cannot be in a list: it stands alone'],
  },
  {
    name: "named target with health checks",
    text: route("{sni}:443", { more: { health: {} } }),
    expect: [
      '4:43: "health" does not go with "{sni}:443": its targets are not known before a client asks for them',
    ],
  },
  {
    name: "named target under a rule that is wrong itself",
    text: route("{sni}:443", { rule: "SNI *.exa mple" }),
    expect: [
      '3:21: Unknown rule word "mple" of TLS: expected SNI, ALPN, NOSNI, VERSION, ECH, JA4, JA3, FROM, TIME or CATCHALL',
    ],
  },
  {
    name: "allow_private without a named target",
    text: route("10.0.0.1:443", { more: { allow_private: true } }),
    expect: [
      '4:46: warning: "allow_private" does nothing: it is for targets such as "{sni}:443"',
    ],
  },
  {
    name: "allow_private that is no truth",
    text: route("{sni}:443", { more: { allow_private: "yes" } }),
    expect: [
      '4:59: Invalid value of "allow_private": found "yes", expected true or false',
    ],
  },
];
