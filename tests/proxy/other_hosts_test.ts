/** What rules for other hosts test decides nothing about a request. */
import { assert, assertEquals } from "@std/assert";
import { loadConfig } from "../../src/config/load.ts";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { Identifier } from "../../src/detect/identify.ts";
import { Registry } from "../../src/detect/registry.ts";
import { Router } from "../../src/proxy/router.ts";
import { Connection } from "../../src/rule/connection.ts";
import * as fc from "../../src/testing/fast_check.ts";
import { literals, opening } from "../support/http2_frames.ts";
import { bytesOf } from "../support/tcp.ts";

const REGISTRY = new Registry(BUILTINS);
const NOBODY = new Connection(null, null);

/** A condition on the host, `""` for none, and another one. */
interface Rule {
  readonly host: string;
  readonly other: string;
}

interface Request {
  /** `undefined`: it names none. */
  readonly host: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly http2: boolean;
}

function routerOf(protocol: string, rules: readonly Rule[]): Router {
  const word = protocol === "HTTP2" ? "AUTHORITY" : "HOST";
  const texts = rules.map(({ host, other }) =>
    `${host.replace("HOST", word)} ${other}`.trim()
  );
  const action = { action: "FORWARD", to_addr: "127.0.0.1:9" };
  const server = {
    [protocol]: Object.fromEntries(
      ["CATCHALL", ...texts].map((text) => [text, action]),
    ),
  };
  const text = JSON.stringify({ version: "v1.0.0", servers: { ":1": server } });
  const { plan, diagnostics } = loadConfig("x", bytesOf(text), REGISTRY);
  assert(plan, JSON.stringify(diagnostics));
  return new Router(plan.listeners[0]!, REGISTRY);
}

function bytesOfRequest({ http2, method, path, host }: Request): Uint8Array {
  if (!http2) {
    const line = host === undefined ? "" : `Host: ${host}\r\n`;
    return bytesOf(`${method} ${path} HTTP/1.1\r\n${line}\r\n`);
  }
  return opening(literals([
    [":method", method],
    [":scheme", "http"],
    [":path", path],
    ...(host === undefined ? [] : [[":authority", host] as [string, string]]),
  ]));
}

/** The rule that a request gets; `null`: it is malformed. */
function ruleFor(
  rules: readonly Rule[],
  request: Request,
  cut?: number,
): string | null {
  const router = routerOf(request.http2 ? "HTTP2" : "HTTP", rules);
  const identifier = new Identifier(router.candidates);
  const bytes = bytesOfRequest(request);
  if (cut !== undefined) identifier.look(bytes.subarray(0, cut), false);
  const found = identifier.look(bytes, true);
  if (found.kind !== "identified") return null;
  return router.route(found.index, found.facts, NOBODY)?.rule ?? null;
}

/** Whether a rule can be for a host, by how it is written. */
function isFor({ host: condition }: Rule, host: string | undefined): boolean {
  if (condition === "") return true;
  const negated = condition.startsWith("!");
  const value = condition.slice(condition.indexOf(" ") + 1);
  const fits = value.startsWith("*.")
    ? (host ?? "").endsWith(value.slice(1))
    : host === value;
  return fits !== negated;
}

const RULES = fc.uniqueArray(
  fc.record({
    host: fc.constantFrom(
      "",
      "HOST a.org",
      "HOST b.org",
      "HOST *.b.org",
      "!HOST a.org",
    ),
    other: fc.constantFrom(
      "PATH /x",
      "PATH /a*",
      "!PATH /x",
      "METHOD GET",
      "METHOD GET PATH /x*",
    ),
  }),
  {
    maxLength: 5,
    selector: ({ host, other }) => `${host} ${other}`,
  },
);

const REQUEST = fc.record({
  host: fc.constantFrom("a.org", "b.org", "h.b.org", "c.org", undefined),
  method: fc.constantFrom("GET", "POST"),
  path: fc.constantFrom("/x", "/a/b", "/a%2Fb", "/x\\y", "/a//../x", "/%zz"),
  http2: fc.boolean(),
});

Deno.test("rules for other hosts: a request is routed as it would be without them", () => {
  fc.assert(
    fc.property(RULES, REQUEST, fc.nat(40), (rules, request, cut) => {
      // HTTP/2 has no rule for a request without a host.
      fc.pre(!(request.http2 && request.host === undefined));
      const own = rules.filter((rule) => isFor(rule, request.host));
      const expected = ruleFor(own, request);
      assertEquals(ruleFor(rules, request), expected);
      assertEquals(ruleFor(rules, request, cut), expected);
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("rules for other hosts: a path in doubt is malformed for the host whose rules test it", () => {
  const rules = [{ host: "HOST a.org", other: "PATH /admin*" }];
  for (const http2 of [false, true]) {
    for (const path of ["/x%2Fy", "/x\\y", "/%00"]) {
      const request = { method: "GET", path, http2 };
      const word = http2 ? "HTTP2" : "HTTP";
      const to = (host: string) => ruleFor(rules, { ...request, host });
      assertEquals(to("a.org"), null);
      assertEquals(to("A.ORG.:80"), null);
      assertEquals(to("b.org"), `${word}/CATCHALL`);
    }
  }
  const request = { method: "GET", http2: false, host: "b.org" };
  // A target that is none: with a space, and with a control byte.
  for (const path of ["/x y", "/x\x01"]) {
    const to = (host: string) => ruleFor(rules, { ...request, path, host });
    assertEquals([to("a.org"), to("b.org")], [null, "HTTP/CATCHALL"]);
  }
  const any = [...rules, { host: "", other: "PATH /x" }];
  assertEquals(ruleFor(any, { ...request, path: "/x%2Fy" }), null);
});

Deno.test("rules for other hosts: a host in doubt is malformed, whatever its path is", () => {
  const rules = [{ host: "HOST a.org", other: "PATH /admin*" }];
  for (const path of ["/x", "/x%2Fy", "/x y"]) {
    const request = { method: "GET", path, http2: false };
    for (const host of ["a@b", "a.org\r\nHost: b.org", "b.org\r\n b"]) {
      assertEquals(ruleFor(rules, { ...request, host }), null, host);
    }
  }
});
