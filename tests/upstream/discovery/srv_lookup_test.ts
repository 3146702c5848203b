import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { Within } from "../../../src/config/within.ts";
import { PassthruError } from "../../../src/errors.ts";
import type {
  DnsAnswer,
  DnsRecord,
} from "../../../src/upstream/discovery/dns_message.ts";
import {
  lookupSrv,
  type SrvLookup,
} from "../../../src/upstream/discovery/srv_lookup.ts";
import { answerOf, at, srv } from "../../support/dns_server.ts";

const NAME = "_app._tcp.test";

/** Looks up where DNS holds these; gives what was asked, too. */
async function lookup(
  within: readonly string[],
  zone: Readonly<Record<string, DnsAnswer | Error>>,
  forbidden: SrvLookup["forbidden"] = () => null,
) {
  const asked: string[] = [];
  const found = await lookupSrv({
    name: NAME,
    within: new Within(within),
    forbidden,
    ask({ name, type }) {
      const key = `${name} ${type}`;
      asked.push(key);
      const answer = zone[key] ?? answerOf([]);
      return answer instanceof Error
        ? Promise.reject(answer)
        : Promise.resolve(answer);
    },
  }, new AbortController().signal);
  return { ...found, asked };
}

function service(...records: DnsRecord[]) {
  return { [`${NAME} SRV`]: answerOf(records) };
}

function hosts({ targets }: Awaited<ReturnType<typeof lookup>>): string[] {
  return targets.map(({ hostname, port }) => `${hostname}:${port}`);
}

Deno.test("SRV: the addresses of the additional section are used, and nothing else is asked", async () => {
  const found = await lookup(["10.0.0.0/8"], {
    [`${NAME} SRV`]: answerOf(
      [srv("a.test"), srv("b.test", { port: 81, ttlSeconds: 30 })],
      [at("a.test", "10.0.0.1"), at("b.test", "10.0.0.2", 20)],
    ),
  });
  assertEquals(found.asked, [`${NAME} SRV`]);
  assertEquals(hosts(found), ["10.0.0.1:80", "10.0.0.2:81"]);
  assertEquals(found.ttlSeconds, 20);
});

Deno.test("SRV: an address that is not given is asked for, only of families that may be inside", async () => {
  const zone = {
    ...service(srv("a.test")),
    "a.test A": answerOf([at("a.test", "10.0.0.1"), at("a.test", "10.0.0.2")]),
    "a.test AAAA": answerOf([at("a.test", "0:0::1")]),
  };
  const four = await lookup(["10.0.0.0/8"], zone);
  assertEquals(four.asked, [`${NAME} SRV`, "a.test A"]);
  assertEquals(hosts(four), ["10.0.0.1:80", "10.0.0.2:80"]);
  const both = await lookup(["10.0.0.1", "[::1]"], zone);
  assertEquals(hosts(both), ["10.0.0.1:80", "::1:80"]);
  const none = await lookup(["*.test"], zone);
  assertEquals(none.asked, [`${NAME} SRV`]);
  assertEquals(hosts(none), ["a.test:80"]);
});

Deno.test("SRV: an address inside goes before a name inside, which goes before nothing", async () => {
  const within = ["10.0.0.0/8", "*.svc.test"];
  const zone = {
    ...service(srv("a.svc.test"), srv("b.svc.test"), srv("c.other.test")),
    "a.svc.test A": answerOf([at("a.svc.test", "10.0.0.1")]),
    "b.svc.test A": answerOf([at("b.svc.test", "192.0.2.1")]),
    "c.other.test A": answerOf([at("c.other.test", "192.0.2.2")]),
  };
  const found = await lookup(within, zone);
  assertEquals(hosts(found), ["10.0.0.1:80", "b.svc.test:80"]);
  assertEquals(found.refused, [
    { target: "192.0.2.2:80", why: "outside within" },
  ]);
});

Deno.test("SRV: a port outside is refused, and so are an address as a name and a name that is none", async () => {
  const found = await lookup(["*.test:443", "127.0.0.0/8:443"], {
    [`${NAME} SRV`]: answerOf([
      srv("a.test", { port: 443 }),
      srv("b.test", { port: 80 }),
      srv("c.test", { port: 0 }),
      srv("127.0.0.9", { port: 443 }),
      srv("192.0.2.9", { port: 443 }),
      srv("bad host.test", { port: 443 }),
      srv("0x7f.1", { port: 443 }),
    ]),
  });
  assertEquals(hosts(found).sort(), ["127.0.0.9:443", "a.test:443"]);
  assertEquals(found.refused.map(({ target }) => target).sort(), [
    "0x7f.1:443",
    "192.0.2.9:443",
    "b.test:80",
    "bad host.test:443",
    "c.test:0",
  ]);
});

Deno.test("SRV: what would loop is refused although it is inside", async () => {
  const forbidden = (hostname: string) =>
    hostname === "127.0.0.1" ? "it is us" : null;
  const found = await lookup(["127.0.0.0/8"], {
    [`${NAME} SRV`]: answerOf([srv("127.0.0.1"), srv("127.0.0.2")]),
  }, forbidden);
  assertEquals(hosts(found), ["127.0.0.2:80"]);
  assertEquals(found.refused, [{
    target: "127.0.0.1:80",
    why: "it is us",
  }]);
});

Deno.test("SRV: records of other names say nothing, and aliases are followed, not for ever", async () => {
  const alias = (name: string, target: string): DnsRecord => ({
    type: "CNAME",
    name,
    target,
    ttlSeconds: 5,
  });
  const through = await lookup(["10.0.0.0/8"], {
    [`${NAME} SRV`]: answerOf(
      [alias(NAME, "x.test"), srv("a.test", { name: "x.test" })],
      [at("evil.test", "10.6.6.6")],
    ),
    "a.test A": answerOf([alias("a.test", "b.test"), at("b.test", "10.0.0.1")]),
  });
  assertEquals(hosts(through), ["10.0.0.1:80"]);
  assertEquals(through.ttlSeconds, 5);
  const other = await lookup(["*.test"], service(srv("a.test", { name: "y" })));
  assertEquals(hosts(other), []);
  const circle = await lookup(
    ["*.test"],
    service(alias(NAME, "x.test"), alias("x.test", NAME)),
  );
  assertEquals(hosts(circle), []);
});

Deno.test("SRV: priorities and weights order the targets, each once; a lone dot means none", async () => {
  const found = await lookup(["*.test"], {
    [`${NAME} SRV`]: answerOf([
      srv("spare.test", { priority: 20 }),
      srv("a.test", { priority: 10, weight: 10 }),
      srv("b.test", { priority: 10, weight: 30 }),
      srv("a.test", { priority: 30 }),
    ]),
  });
  assertEquals(found.targets, [
    { hostname: "b.test", port: 80, weight: 30, priority: 10 },
    { hostname: "a.test", port: 80, weight: 10, priority: 10 },
    { hostname: "spare.test", port: 80, weight: 1, priority: 20 },
  ]);
  const none = await lookup(["*.test"], service(srv("")));
  assertEquals([none.targets, none.refused, none.ttlSeconds], [
    [],
    [],
    null,
  ]);
});

Deno.test("SRV: an address that the server does not know leaves the name; one that cannot be had fails", async () => {
  const refused = new PassthruError("no", {
    code: "dns_rcode",
    source: "target",
  });
  const zone = {
    ...service(srv("a.svc.test"), srv("b.test")),
    "a.svc.test A": refused,
    "b.test A": refused,
  };
  const found = await lookup(["10.0.0.0/8", "*.svc.test"], zone);
  assertEquals(hosts(found), ["a.svc.test:80"]);
  assertEquals(found.refused, [{
    target: "b.test:80",
    why: "outside within by its name, and no address: no",
  }]);
  const down = new PassthruError("down", {
    code: "dns_failed",
    source: "target",
  });
  assertStrictEquals(
    await assertRejects(
      () => lookup(["10.0.0.0/8"], { ...zone, "b.test A": down }),
    ),
    down,
  );
});
