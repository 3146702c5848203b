import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  type JudgedRoute,
  RouteClaims,
  RouteJudge,
  type RouteRequest,
} from "../../../src/config/include/judge.ts";
import { ALL_DETECTORS } from "../../support/all_detectors.ts";
import { documentsOf } from "../../support/included.ts";

const MAIN = `{
  "version": "v1.0.0",
  "include": [
    { "files": "docker.jsonc", "within": {
      "listeners": [":443", ":53/udp"], "to": ["10.88.0.0/16"] } },
    "routes.jsonc"
  ],
  "servers": {
    ":443": { "TLS": { "SNI admin.example.com": "127.0.0.1:8443" } },
    ":53/udp": {}
  },
  "defaults": { "idle_timeout": "7s" }
}`;
const ROUTES =
  `{ "servers": { ":443": { "MQTT": "127.0.0.1:1883", "MINE": "127.0.0.1:1" } },
  "detectors": { "MINE": { "prefix": "x" } } }`;

function judgeOf(main = MAIN): RouteJudge {
  const documents = documentsOf(main, [{}, { "routes.jsonc": ROUTES }]);
  const [entry] = documents.entries;
  const judge = RouteJudge.of(documents, ALL_DETECTORS, { entry: entry! });
  assert(judge instanceof RouteJudge, JSON.stringify(judge));
  return judge;
}

const APP: RouteRequest = {
  server: ":443",
  protocol: "TLS",
  rule: "SNI app.example.com",
  action: "10.88.0.5:443",
};

function good(request: Partial<RouteRequest>): JudgedRoute {
  const verdict = judgeOf().judge({ ...APP, ...request });
  assert(verdict.ok, verdict.ok ? "" : verdict.problems.join());
  return verdict.route;
}

Deno.test("judge: a route that the file may have is good, with the settings of the config", () => {
  const { rule, request } = good({});
  assertEquals(request, APP);
  assert(rule.route.action === "FORWARD");
  assertEquals(rule.route.idleTimeoutMs, 7_000);
  assertEquals([...judgeOf().listeners], [[":443", "tcp"], [":53/udp", "udp"]]);
  const dns = good({
    ...{ server: ":53/udp", protocol: "DNS", rule: "NAME *.example.org" },
  });
  assert(dns.rule.route.action === "FORWARD");
  assertEquals(dns.rule.route.idleTimeoutMs, 7_000);
  good({ protocol: "SSH", rule: "FROM 10.0.0.0/8" });
  good({ action: { action: "FORWARD", to_addr: ["10.88.0.1:1"] } });
});

Deno.test("judge: a route that the file may not have is refused with every reason", () => {
  const table: [Partial<RouteRequest>, string[]][] = [
    [{ rule: "SNI admin.example.com ALPN h2" }, [
      'Host "admin.example.com" is taken: another file has "admin.example.com" (main.jsonc:9:24: the other rule is here)',
    ]],
    [{ server: ":80" }, [
      'Server ":80" is not allowed in this file (main.jsonc:5:20: these servers are allowed)',
    ]],
    [{ action: "127.0.0.1:80" }, [
      'Target "127.0.0.1:80" is not allowed in this file (main.jsonc:5:47: these targets are allowed)',
    ]],
    [{ protocol: "MINE", rule: "FROM 10.0.0.0/8" }, [
      'Rule "FROM 10.0.0.0/8" would get connections that another file routes (routes.jsonc:1:60: the other rule is here)',
    ]],
    [{ protocol: "MQTT", rule: "CATCHALL" }, [
      'Rule "CATCHALL" would get connections that another file routes (routes.jsonc:1:34: the other rule is here)',
      'Rule "CATCHALL" is in another file (routes.jsonc:1:34: here)',
    ]],
    [{ action: 5 }, [
      'Invalid value of "SNI app.example.com": found 5, expected an object such as { "action": "REJECT" } or an address such as "127.0.0.1:8080"',
    ]],
    [{ protocol: "options", rule: "max_connections", action: 5 }, [
      'Field "options" is not allowed in this file: it may only add rules to servers (main.jsonc:4:42: the bounds are here)',
    ]],
  ];
  const judge = judgeOf();
  for (const [request, problems] of table) {
    assertEquals(judge.judge({ ...APP, ...request }), { ok: false, problems });
  }
});

Deno.test("judge: hostile texts are refused and nothing else", () => {
  const judge = judgeOf();
  const texts = [
    "",
    "\0\n\x1b[2J",
    "__proto__",
    "x".repeat(10_000_000),
    '"}',
    "\ud800",
  ];
  for (const text of texts) {
    for (const field of ["server", "protocol", "rule", "action"] as const) {
      const verdict = judge.judge({ ...APP, [field]: text });
      assert(!verdict.ok, `${field} ${text.slice(0, 20)}`);
      assert(verdict.problems.length > 0);
    }
  }
  assert(!judge.judge({ ...APP, action: undefined }).ok);
});

Deno.test("judge: a config with errors has none, and neither has an entry without bounds", () => {
  const broken = documentsOf(MAIN.replace("127.0.0.1:8443", "nowhere"), []);
  const options = { entry: broken.entries[0]! };
  const errors = RouteJudge.of(broken, ALL_DETECTORS, options);
  assert(!(errors instanceof RouteJudge));
  assert(errors.length > 0);
  const documents = documentsOf(MAIN, []);
  assertThrows(
    () =>
      RouteJudge.of(documents, ALL_DETECTORS, { entry: documents.entries[1]! }),
    RangeError,
  );
});

Deno.test("route claims: nobody takes what another one has, and everybody may have more of their own", () => {
  const claims = new RouteClaims();
  claims.add(good({}), "one");
  claims.add(good({ rule: "SNI *.one.example.com" }), "one");
  claims.add(good({ protocol: "SSH", rule: "CATCHALL" }), "one");
  const table: [Partial<RouteRequest>, string, string | null][] = [
    [{}, "two", "one"],
    [{}, "one", "one"],
    [{ rule: "SNI APP.example.com,other.org" }, "one", "one"],
    [{ rule: "SNI app.example.com ALPN h2" }, "one", null],
    [{ rule: "SNI app.example.com ALPN h2" }, "two", "one"],
    [{ protocol: "HTTP", rule: "HOST app.example.com" }, "one", null],
    [{ protocol: "HTTP", rule: "HOST app.example.com" }, "two", "one"],
    [{ rule: "SNI x.one.example.com" }, "two", "one"],
    [{ rule: "SNI one.example.com" }, "two", null],
    [{ rule: "SNI *.org" }, "one", null],
    [{ protocol: "SSH", rule: "CATCHALL" }, "two", "one"],
    [{ rule: "SNI two.example.org" }, "two", null],
  ];
  for (const [request, owner, conflict] of table) {
    assertEquals(
      claims.conflict(good(request), owner),
      conflict,
      `${JSON.stringify(request)} ${owner}`,
    );
  }
  // What is below a wildcard belongs to several.
  claims.add(good({ rule: "SNI one.example.org" }), "one");
  claims.add(good({ rule: "SNI two.example.org" }), "two");
  const wide = good({ rule: "SNI *.example.org ALPN h2" });
  assertEquals(claims.conflict(wide, "one"), "two");
});

Deno.test("route claims: there are only so many routes without a host, each of which is compared with all", () => {
  const judge = judgeOf();
  const claims = new RouteClaims();
  for (let i = 0; i < 1_000; i++) {
    const rule = `FROM 10.1.${i >> 8}.${i & 255}`;
    const verdict = judge.judge({ ...APP, protocol: "SSH", rule });
    assert(verdict.ok);
    assertEquals(claims.fullness(verdict.route), null);
    claims.add(verdict.route, String(i));
  }
  const next = good({ protocol: "SSH", rule: "FROM 10.2.0.0/16" });
  assertEquals(claims.conflict(next, "next"), null);
  assertEquals(
    claims.fullness(next),
    "there are 1000 rules without a condition on the host already",
  );
  assertEquals(claims.fullness(good({})), null);
});
