import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Verdict } from "../../../src/detect/detector.ts";
import { http } from "../../../src/detect/protocols/http.ts";
import {
  type MalformedSample,
  type PositiveSample,
  testDetector,
} from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

const GET = { method: "GET", path: "/", version: "1.1" };

/** A request with those header lines. */
function get(...lines: readonly string[]): Uint8Array {
  return wire(["GET / HTTP/1.1", ...lines, "", ""].join("\r\n"));
}

const positive: readonly PositiveSample[] = [
  {
    name: "a request",
    bytes: get("Host: example.com"),
    facts: { ...GET, host: "example.com" },
  },
  {
    name: "a host in capitals with a final dot and a port",
    bytes: get("Accept: */*", "HOST:  Example.COM.:8080 \t", "Via: a"),
    facts: { ...GET, host: "example.com" },
  },
  {
    name: "a host that is an IPv4 address",
    bytes: get("Host: 192.0.2.7:80"),
    facts: { ...GET, host: "192.0.2.7" },
  },
  {
    name: "a host that is an IPv6 address",
    bytes: get("Host: [2001:DB8::7]:80"),
    facts: { ...GET, host: "2001:db8::7" },
  },
  {
    name: "a host that is an IPv6 address without brackets",
    bytes: get("Host: ::1"),
    facts: { ...GET, host: "::1" },
  },
  {
    name: "a host with an empty port",
    bytes: get("Host: a_b:"),
    facts: { ...GET, host: "a_b" },
  },
  { name: "an empty host", bytes: get("Host:"), facts: GET },
  {
    name: "a path without its query",
    bytes: wire("GET /a/b?c=/d HTTP/1.1\r\n\r\n"),
    facts: { ...GET, path: "/a/b" },
  },
  {
    name: "a path without its fragment",
    bytes: wire("GET /a#b?c HTTP/1.1\r\n\r\n"),
    facts: { ...GET, path: "/a" },
  },
  {
    name: "a path with bytes that are not ASCII",
    bytes: wire("GET /b\xc3\xbc HTTP/1.1\r\n\r\n"),
    facts: { ...GET, path: "/b%C3%BC" },
  },
  {
    name: "a path with dot segments, empty ones and escapes",
    bytes: wire("GET /a/./%2e%2E//%62?../c HTTP/1.1\r\n\r\n"),
    facts: { ...GET, path: "/b" },
  },
  {
    name: "an absolute target and a Host line that agree",
    bytes: wire(
      "GET http://A.example:80/x/../b?c HTTP/1.1\r\nHost: a.EXAMPLE.\r\n\r\n",
    ),
    facts: { ...GET, path: "/b", host: "a.example" },
  },
  {
    name: "a host that is the path of a socket",
    bytes: get("Host: %2Frun%2Fx.sock"),
    facts: { ...GET, host: "%2frun%2fx.sock" },
  },
  {
    name: "an absolute target without a path",
    bytes: wire("GET HTTPS://[::1] HTTP/1.1\r\nHost: ::1\r\n\r\n"),
    facts: { ...GET, host: "::1" },
  },
  {
    name: "an absolute target with nothing but a query",
    bytes: wire("GET http://a?b/c HTTP/1.1\r\nHost: a:80\r\n\r\n"),
    facts: { ...GET, host: "a" },
  },
  {
    name: "CONNECT, whose target wins over the Host line",
    bytes: wire("CONNECT a.example:443 HTTP/1.1\r\nHost: b\r\n\r\n"),
    facts: { method: "CONNECT", version: "1.1", host: "a.example" },
  },
  {
    name: "a body behind the head",
    bytes: wire("POST / HTTP/1.1\r\nHost: a\r\n\r\nHost: b\r\n\0"),
    facts: { ...GET, method: "POST", host: "a" },
  },
];

const TWO_HOSTS = "the target and the Host line name two hosts";

/** In doubt for their host. */
const malformed: readonly MalformedSample[] = [
  {
    name: "an absolute target and another Host line",
    bytes: wire("GET http://a.example/b HTTP/1.1\r\nHost: d\r\n\r\n"),
    why: TWO_HOSTS,
  },
  {
    name: "an absolute target without a Host line",
    bytes: wire("GET http://a.example/b HTTP/1.0\r\n\r\n"),
    why: "the target names a host, and no Host line does",
  },
  {
    name: "an absolute target and an empty Host line",
    bytes: wire("GET http://a.example/b HTTP/1.1\r\nHost:\r\n\r\n"),
    why: TWO_HOSTS,
  },
  {
    name: "a host with escapes that it does not need",
    bytes: get("Host: %61.example"),
    why: "the host is a name with escapes",
  },
  {
    name: "a host with a bad escape",
    bytes: get("Host: a%2.example"),
    why: "the host has a bad escape",
  },
  {
    name: "a host with user information",
    bytes: get("Host: user@a"),
    why: 'the host holds "@"',
  },
  {
    name: "two hosts in one line",
    bytes: get("Host: a, b"),
    why: 'the host holds ","',
  },
  {
    name: "a host with a path",
    bytes: get("Host: a/b"),
    why: 'the host holds "/"',
  },
  {
    name: "a port of letters",
    bytes: get("Host: a:b"),
    why: "the host has a bad port",
  },
  {
    name: "a port of six digits",
    bytes: get("Host: a:123456"),
    why: "the host has a bad port",
  },
  {
    name: "bytes behind the brackets",
    bytes: get("Host: [::1]a"),
    why: "the host has a bad port",
  },
  {
    name: "brackets around a name",
    bytes: get("Host: [a]"),
    why: "the host is no IPv6 address in brackets",
  },
  {
    name: "a bad host line beside an absolute target",
    bytes: wire("GET http://a/ HTTP/1.1\r\nHost: b c\r\n\r\n"),
    why: "the host holds the byte 0x20",
  },
  {
    name: "an absolute target without a host",
    bytes: wire("GET http:///a HTTP/1.1\r\nHost: b\r\n\r\n"),
    why: "the host is empty",
  },
  {
    name: "an absolute target with user information",
    bytes: wire("GET http://a@b/ HTTP/1.1\r\n\r\n"),
    why: 'the host holds "@"',
  },
  {
    name: "a target of no form",
    bytes: wire("GET a.example:80 HTTP/1.1\r\n\r\n"),
    why: "the target has none of its forms",
  },
  {
    name: "CONNECT to a path",
    bytes: wire("CONNECT / HTTP/1.1\r\n\r\n"),
    why: 'the host holds "/"',
  },
];

/** In doubt for their path. */
const malformedPaths: readonly MalformedSample[] = [
  {
    name: "a path with an escaped slash",
    bytes: wire("GET /a%2fb HTTP/1.1\r\n\r\n"),
    why: "the path contains an escaped slash",
  },
  {
    name: "HTTP/0.9 with a bad escape in the path",
    bytes: wire("GET /a%\r\n\r\n"),
    why: "the path contains an invalid escape",
  },
];

testDetector(http, {
  positive,
  negative: [],
  malformed: [...malformed, ...malformedPaths],
});

Deno.test("HTTP: a host or path in doubt refuses nobody where no rule tests it", () => {
  for (const { name, bytes, why } of [...malformed, ...malformedPaths]) {
    const of = (...needs: string[]) =>
      http.detect(bytes, { ended: false, needs: new Set(needs) });
    const isPath = why.startsWith("the path");
    const other = of(isPath ? "host" : "method");
    assertEquals(other.kind, "match", name);
    const { facts } = other as { facts: object };
    assertEquals("path" in facts && isPath, false, name);
    assertEquals("host" in facts, false, name);
    assertEquals(
      of(isPath ? "path" : "host"),
      { kind: "malformed", why },
      name,
    );
  }
});

Deno.test("HTTP: asks for what can end the head, no sooner", () => {
  const head = "GET / HTTP/1.1\r\nHost: a";
  const asks = (text: string) => {
    const verdict = detect(text);
    return verdict.kind === "more" ? verdict.atLeast - text.length : null;
  };
  assertEquals(asks(head), 2);
  assertEquals(asks(head + "\r"), 2);
  assertEquals(asks(head + "\r\n"), 1);
  assertEquals(asks(head + "\r\n\r"), 1);
  assertEquals(asks(head + "\r\n\r\n"), null);
});

Deno.test("HTTP: an incomplete request line stays more when the client ends", () => {
  assertEquals(ended("GET / HTTP/1.1\r").kind, "more");
});

Deno.test("HTTP: an incomplete head is in doubt for rules about the host, though one is known", () => {
  for (
    const text of [
      "GET / HTTP/1.1\r\nHost: a\r\nCookie: 1",
      "GET http://a/ HTTP/1.1\r\nHo",
    ]
  ) {
    assertEquals(ended(text), {
      kind: "malformed",
      why: "the head is not complete",
    });
    assertEquals(ended(text, []), { kind: "match", facts: GET });
  }
});

Deno.test("HTTP: an incomplete head matches when no rule needs the host", () => {
  assertEquals(
    ended("GET / HTTP/1.1\r\nCookie: 1", ["path"]),
    { kind: "match", facts: GET },
  );
});

Deno.test("HTTP: an incomplete head without the host that rules need is malformed", () => {
  for (const text of ["Host: a", "Host: a\r", "Host:\r\n", ""]) {
    assertEquals(ended(`GET / HTTP/1.1\r\n${text}`, ["host"]), {
      kind: "malformed",
      why: "the head is not complete",
    });
  }
});

Deno.test("HTTP: PATH takes a path, a prefix or *", () => {
  const parse = (value: string) => {
    const parsed = http.rules.PATH!.parse(value);
    return parsed.ok ? [parsed.matcher.form, parsed.matcher.value] : null;
  };
  assertEquals(parse("/api*"), ["prefix", "/api"]);
  assertEquals(parse("/*"), ["prefix", "/"]);
  assertEquals(parse("/api"), ["exact", "/api"]);
  assertEquals(parse("*"), ["exact", "*"]);
  assertEquals(parse("//a/./%62/%2e./c%c3"), ["exact", "/a/c%C3"]);
  assertEquals(parse("/a//%62*"), ["prefix", "/a/b"]);
  assertEquals(parse("/a/..*"), ["prefix", "/a/.."]);
  for (
    const value of [
      "",
      "api",
      "api*",
      "/a?b",
      "/a#b",
      "/a*b",
      "/a b",
      "/a%2fb",
      "/a%2*",
    ]
  ) {
    assertEquals(parse(value), null, value);
  }
});

Deno.test("HTTP: PATH takes a regular expression, and what may be a path is one", () => {
  const parse = (value: string) => {
    const parsed = http.rules.PATH!.parse(value);
    assert(parsed.ok, value);
    return parsed;
  };
  for (const value of ["/^/api/", "/^\\/api/", "/[.]php$/", "/^/(a|b)/"]) {
    assertEquals(parse(value).matcher.form, "pattern", value);
  }
  const { matcher } = parse("/^\\/api\\/v\\d+$/");
  assert(matcher.test({ path: "/api/v12" }));
  for (const path of ["/api/v", "/x/api/v1", "/api/v1/"]) {
    assert(!matcher.test({ path }), path);
  }
  for (const value of ["/", "/api/", "/a.b/", "/~me/"]) {
    assertEquals(parse(value).matcher.form, "exact", value);
    assertEquals(parse(value).remark, undefined, value);
  }
  for (const value of ["/api$/", "/(a)/", "/v+/"]) {
    assertEquals(parse(value).matcher.form, "exact", value);
    assertMatch(parse(value).remark!, /^it is a path/);
  }
});

Deno.test("HTTP: METHOD takes capitals, and suggests them", () => {
  const { METHOD } = http.rules;
  assert(METHOD!.parse("PATCH").ok);
  assert(!METHOD!.parse("GE*").ok);
  assertEquals(METHOD!.parse("get"), {
    ok: false,
    expected: 'a method such as "GET"',
    suggestion: "GET",
  });
});

function detect(text: string): Verdict {
  return http.detect(wire(text), { ended: false });
}

function ended(text: string, needs?: readonly string[]): Verdict {
  return http.detect(
    wire(text),
    needs ? { ended: true, needs: new Set(needs) } : { ended: true },
  );
}
