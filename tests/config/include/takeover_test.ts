/**
 * What a file with bounds cannot do, tried with random rules: the routes of
 * connections that other files name stay as they are without it.
 */
import { assert, assertEquals } from "@std/assert";
import { RouteClaims, RouteJudge } from "../../../src/config/include/judge.ts";
import type { Plan } from "../../../src/config/plan.ts";
import { targetText } from "../../../src/config/targets.ts";
import type { Facts } from "../../../src/detect/detector.ts";
import { Router } from "../../../src/proxy/router.ts";
import { Connection } from "../../../src/rule/connection.ts";
import { Random } from "../../fuzz/random.ts";
import { ALL_DETECTORS } from "../../support/all_detectors.ts";
import { documentsOf, loadFiles, saidOf } from "../../support/included.ts";

const TRIALS = 300;
const SERVERS = [":443", ":80", ":5000"];
const HOSTS = [
  "a.org",
  "b.org",
  "x.a.org",
  "y.x.a.org",
  "x.b.org",
  "c.net",
  "x.c.net",
];
const VALUES = [...HOSTS, "*.a.org", "*.x.a.org", "*.org", "*.net", "*.c.net"];
const EXTRAS = ["", "", " FROM 10.0.0.0/8", " !FROM 10.0.0.0/8"];
/** The word for the host, and the conditions that a protocol has beside it. */
const PROTOCOLS: Readonly<Record<string, readonly [string, string[]]>> = {
  TLS: ["SNI", ["ALPN h2", "!ALPN h2", "NOSNI"]],
  HTTP: ["HOST", ["METHOD POST", "PATH /a*"]],
  SSH: ["", ["SOFTWARE OpenSSH*", "SOFTWARE dropbear*"]],
};
const NAMES = [undefined, ["*.a.org", "c.net"], ["*.org"], ["*.x.a.org"]];

interface Written {
  readonly server: string;
  readonly protocol: string;
  readonly rule: string;
}

function ruleOf(random: Random): Written {
  const server = random.pick(SERVERS);
  if (random.oneIn(12)) {
    const protocol = random.pick(["CATCHALL", "SILENT"]);
    return { server, protocol, rule: "CATCHALL" };
  }
  const protocol = random.pick(Object.keys(PROTOCOLS));
  const [word, others] = PROTOCOLS[protocol]!;
  const conditions: string[] = [];
  if (word !== "" && !random.oneIn(4)) {
    conditions.push(`${word} ${random.pick(VALUES)}`);
    if (random.oneIn(4)) conditions[0] += `,${random.pick(VALUES)}`;
  }
  if (random.oneIn(3)) conditions.push(random.pick(others));
  const text = (conditions.join(" ") + random.pick(EXTRAS)).trim();
  return { server, protocol, rule: text === "" ? "CATCHALL" : text };
}

/** Rules as servers, each to a target of its own, whose name begins so. */
function serversOf(rules: readonly Written[], network: string): object {
  const servers: Record<string, Record<string, Record<string, string>>> = {};
  rules.forEach(({ server, protocol, rule }, index) => {
    servers[server] ??= {};
    servers[server][protocol] ??= {};
    servers[server][protocol][rule] = `${network}.${index + 1}:1`;
  });
  return servers;
}

/** A connection that a detector has identified. */
interface Sample {
  readonly server: string;
  readonly protocol: string;
  readonly facts: Facts;
  readonly host: string | null;
  readonly from: string;
}

function* samples(): Generator<Sample> {
  const facts: Record<string, Facts[]> = {
    TLS: [{ alpn: ["h2"] }, {}],
    HTTP: [{ method: "POST", path: "/a" }, { method: "GET", path: "/" }],
    SSH: [{ software: "OpenSSH_9" }, { software: "dropbear_1" }],
  };
  for (const server of SERVERS) {
    for (const [protocol, more] of Object.entries(facts)) {
      for (const host of protocol === "SSH" ? [null] : [null, ...HOSTS]) {
        const name = protocol === "TLS" ? "sni" : "host";
        for (const others of more) {
          for (const from of ["10.1.2.3", "192.0.2.1"]) {
            const own = host === null ? {} : { [name]: host };
            const all = { ...others, ...own };
            yield { server, protocol, facts: all, host, from };
          }
        }
      }
    }
  }
}

/** Where a Plan sends a connection. */
function targetOf(plan: Plan, sample: Sample): string {
  const { server, protocol, facts, from } = sample;
  const listener = plan.listeners.find(({ address }) =>
    address.text === server
  )!;
  const index = listener.protocols.findIndex((one) =>
    one.protocol === protocol
  );
  const found = index < 0
    ? null
    : routers(listener).route(index, facts, new Connection(from, 0));
  const route = found?.route ?? listener.catchall;
  return route?.action === "FORWARD" ? targetText(route.targets[0]!) : "none";
}

const known = new WeakMap<object, Router>();

function routers(listener: Plan["listeners"][number]): Router {
  const router = known.get(listener) ?? new Router(listener, ALL_DETECTORS);
  known.set(listener, router);
  return router;
}

function covers(value: string, host: string): boolean {
  return value.startsWith("*") ? host.endsWith(value.slice(1)) : value === host;
}

/** Whether a trusted rule names the host, and no grant is as narrow. */
function isTaken(
  host: string,
  trusted: readonly Written[],
  names: readonly string[] | undefined,
): boolean {
  const grants = (names ?? []).filter((name) => covers(name, host));
  const values = trusted.flatMap(({ rule }) =>
    [...rule.matchAll(/(?<!!)\b(?:SNI|HOST) (\S+)/g)]
      .flatMap(([, value]) => value!.split(","))
  );
  return values.some((value) =>
    covers(value, host) &&
    !(value.startsWith("*") &&
      grants.some((grant) =>
        grant === value || covers(value, grant.replace(/^\*/, "x"))
      ))
  );
}

Deno.test("bounds: what other files name keeps its routes, and what the judge accepts can be loaded", () => {
  const random = new Random(20261129);
  let accepted = 0;
  let changed = 0;
  for (let trial = 0; trial < TRIALS; trial++) {
    const trusted = Array.from(
      { length: random.below(6) },
      () => ruleOf(random),
    );
    const names = random.pick(NAMES);
    const main = JSON.stringify({
      version: "v1.0.0",
      include: [{
        files: "f",
        within: { listeners: SERVERS, to: ["10.88.0.0/16"], names },
      }],
      servers: {
        ...Object.fromEntries(SERVERS.map((server) => [server, {}])),
        ...serversOf(trusted, "10.1.0"),
      },
    });
    const without = loadFiles(main, [{}]);
    // Some rules are the same, or exclude themselves.
    if (without.plan === null) continue;
    const documents = documentsOf(main, [{}]);
    const entry = documents.entries[0]!;
    const judge = RouteJudge.of(documents, ALL_DETECTORS, { entry });
    assert(judge instanceof RouteJudge);
    const claims = new RouteClaims();
    const own: Written[] = [];
    for (let nth = 0; nth < 8; nth++) {
      const rule = ruleOf(random);
      const action = "10.88.0.1:1";
      const verdict = judge.judge({ ...rule, action });
      if (!verdict.ok) continue;
      const owner = `owner ${nth}`;
      if (claims.conflict(verdict.route, owner) !== null) continue;
      claims.add(verdict.route, owner);
      own.push(rule);
    }
    accepted += own.length;
    const file = JSON.stringify({ servers: serversOf(own, "10.88.0") });
    const loaded = loadFiles(main, [{ f: file }]);
    const about = JSON.stringify({ trusted, names, own });
    assert(loaded.plan !== null, `${about}\n${saidOf(loaded).join("\n")}`);
    for (const sample of samples()) {
      const before = targetOf(without.plan, sample);
      const after = targetOf(loaded.plan, sample);
      if (before === after) continue;
      changed++;
      const what = `${JSON.stringify(sample)} ${before} ${after} ${about}`;
      assert(after.startsWith("10.88.0."), what);
      const { host, server } = sample;
      const isEmpty = !trusted.some((rule) => rule.server === server);
      if (host !== null && !isEmpty) {
        assert(!isTaken(host, trusted, names), what);
      }
      if (names !== undefined) {
        assert(host !== null, what);
        assert(names.some((name) => covers(name, host)), what);
      } else if (host === null && !isEmpty) {
        // Only what nobody had, not even a CATCHALL.
        assertEquals(sample.protocol, "SSH", what);
        assertEquals(before, "none", what);
      }
    }
  }
  // The rules were neither all refused nor without an effect.
  assert(accepted > 200, `${accepted}`);
  assert(changed > 200, `${changed}`);
});
