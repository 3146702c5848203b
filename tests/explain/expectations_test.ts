import { assertEquals, assertMatch } from "@std/assert";
import { targetText } from "../../src/config/targets.ts";
import { explainFlow } from "../../src/explain/explain_flow.ts";
import { listenerContext } from "../../src/explain/context.ts";
import { sampleBytes } from "../../src/explain/sample.ts";
import { loadExpecting, problemsOf } from "../support/expect.ts";
import { flowOf } from "../support/flows.ts";

function forward(to: string) {
  return { action: "FORWARD", to_addr: to };
}

const REJECT = { action: "REJECT" };

const SERVER = {
  TLS: {
    "SNI a.example.com ALPN h2": forward("127.0.0.1:1"),
    "SNI *.example.com": forward("127.0.0.1:2"),
    "VERSION 1.2": forward("127.0.0.1:3"),
    ECH: forward("127.0.0.1:4"),
    CATCHALL: REJECT,
  },
  HTTP: {
    "HOST x PATH /api*": forward("127.0.0.1:8081"),
    "HOST x": forward("127.0.0.1:8080"),
    "METHOD POST": forward("127.0.0.1:8082"),
  },
  SSH: { CATCHALL: forward("127.0.0.1:22") },
  SILENT: { CATCHALL: forward("127.0.0.1:25") },
};

/** What is wrong with a config of that one server. */
function problems(...expect: object[]): string[] {
  return problemsOf({ ":443": SERVER }, ...expect);
}

Deno.test("expectations: each kind of sample goes where it must", () => {
  const hold = [
    {
      hello: { sni: "a.example.com", alpn: ["http/1.1", "h2"] },
      protocol: "TLS",
      rule: "TLS/SNI a.example.com ALPN h2",
      target: "127.0.0.1:1",
    },
    { hello: { sni: "b.example.com" }, target: "127.0.0.1:2" },
    { hello: { version: "1.2" }, rule: "TLS/VERSION 1.2" },
    { hello: { ech: true }, rule: "TLS/ECH" },
    { hello: {}, rule: "TLS/CATCHALL", reject: true },
    { http: { host: "x" }, rule: "HTTP/HOST x" },
    { http: { host: "x", path: "/api/1" }, target: ["127.0.0.1:8081"] },
    {
      http: { method: "POST", headers: { Host: "y" } },
      target: "127.0.0.1:8082",
    },
    { http: { host: "y" }, protocol: "HTTP", reject: true },
    { ssh: {}, rule: "SSH/CATCHALL" },
    { ssh: { software: "dropbear_2022.83" }, protocol: "SSH" },
    { hex: "53 53 48 2d\n32 2e 30 2d 78 0D 0A", target: "127.0.0.1:22" },
    { text: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", target: "127.0.0.1:8080" },
    { text: "nonsense", reject: true },
    { silent: true, protocol: "SILENT", target: "127.0.0.1:25" },
    {
      name: "all",
      server: ":443",
      ssh: {},
      from: "2001:db8::7",
      time: "2026-11-22T08:30:00+01:00",
      rule: "SSH/CATCHALL",
    },
  ];
  assertEquals(problems(...hold), []);
  assertEquals(
    loadExpecting({ ":443": SERVER }, ...hold).expectations.length,
    hold.length,
  );
});

Deno.test("expectations: the reason is that of explain", () => {
  assertEquals(
    problems(
      { name: "web", hello: { sni: "a.example.com" }, target: "127.0.0.1:1" },
      { hello: { sni: "c.d" }, rule: "TLS/SNI  *.example.com", reject: true },
      { http: { host: "x" }, reject: true },
      { http: { host: "x" }, protocol: "SSH" },
      { ssh: {}, protocol: "HTTP" },
      { silent: true, reject: true },
      { text: "HELP", protocol: "TLS" },
    ),
    [
      'Expectation "web" failed: expected target "127.0.0.1:1", found "127.0.0.1:2" (rule TLS/SNI *.example.com: the most specific rule of TLS that matches; TLS/SNI a.example.com ALPN h2: ALPN: wanted h2, found nothing)',
      'Expectation failed: expected rule "TLS/SNI *.example.com", found "TLS/CATCHALL" (rule TLS/CATCHALL (REJECT): no other rule of TLS matches; TLS/SNI *.example.com: SNI: wanted *.example.com, found c.d)',
      'Expectation failed: expected reject, found target "127.0.0.1:8080" (rule HTTP/HOST x: the most specific rule of HTTP that matches)',
      'Expectation failed: expected protocol "SSH", found "HTTP" (rule HTTP/HOST x: the most specific rule of HTTP that matches; SSH: not asked, HTTP is before it)',
      'Expectation failed: expected protocol "HTTP", found "SSH" (rule SSH/CATCHALL: no other rule of SSH matches; HTTP: no at 5 (0x2e))',
      'Expectation failed: expected reject, found target "127.0.0.1:25" (rule SILENT/CATCHALL: silent: no byte for 2s)',
      'Expectation failed: expected protocol "TLS", found none (no detector matches, and the server has no CATCHALL: closed; TLS: no at 0 (0x48))',
    ],
  );
});

Deno.test("expectations: what the server does not have is said, with what was probably meant", () => {
  assertEquals(
    problems(
      { ssh: {}, rule: "SSH/CATCHAL" },
      { ssh: {}, target: "127.0.0.1:222" },
      { ssh: {}, protocol: "TSL" },
    ),
    [
      'Expectation failed: expected rule "SSH/CATCHAL", found "SSH/CATCHALL" (the server has no rule "SSH/CATCHAL" (did you mean "SSH/CATCHALL"?); rule SSH/CATCHALL: no other rule of SSH matches)',
      'Expectation failed: expected target "127.0.0.1:222", found "127.0.0.1:22" (the server has no target "127.0.0.1:222" (did you mean "127.0.0.1:22"?); rule SSH/CATCHALL: no other rule of SSH matches)',
      'Expectation failed: expected protocol "TSL", found "SSH" (the server has no protocol "TSL" (did you mean "TLS"?); rule SSH/CATCHALL: no other rule of SSH matches)',
    ],
  );
});

Deno.test("expectations: of what is broken the detector's reason is given", () => {
  const [problem] = problems({
    http: { host: "x", headers: { Host: "y" } },
    target: "127.0.0.1:8080",
  });
  assertMatch(
    problem!,
    /found none \(no detector matches, .*; HTTP: malformed, /,
  );
});

Deno.test("expectations: each is tried at its own server", () => {
  const servers = {
    "127.0.0.1:1000": { SSH: { CATCHALL: forward("127.0.0.1:1") } },
    "127.0.0.1:2000": { SSH: { CATCHALL: forward("127.0.0.1:2") } },
  };
  const at = (server: string, target: string) => ({ server, ssh: {}, target });
  assertEquals(
    problemsOf(
      servers,
      at("127.0.0.1:1000", "127.0.0.1:1"),
      at("127.0.0.1:2000", "127.0.0.1:2"),
    ),
    [],
  );
  const [problem, ...others] = problemsOf(
    servers,
    at("127.0.0.1:2000", "127.0.0.1:1"),
  );
  assertMatch(problem!, /expected target "127.0.0.1:1", found "127.0.0.1:2"/);
  assertEquals(others, []);
});

Deno.test("expectations: none is tried where the config has errors already", () => {
  const loaded = loadExpecting({ ":443": { TSL: {} } }, {
    ssh: {},
    reject: true,
  });
  assertEquals(loaded.plan, null);
  assertEquals(loaded.expectations, []);
});

Deno.test("expectations: what holds in explain holds here, for every sample", () => {
  const samples = [
    { hello: { sni: "a.example.com", alpn: ["h2"] } },
    { http: { host: "x", path: "/api" } },
    { ssh: {} },
    { text: "HELP\r\n" },
  ];
  for (const sample of samples) {
    const { plan, registry, expectations } = loadExpecting(
      { ":443": SERVER },
      { ...sample, protocol: "TLS" },
    );
    const context = listenerContext(plan!.listeners[0]!, registry);
    const flow = flowOf(sampleBytes(expectations[0]!.sample));
    const { protocol, decision } = explainFlow(flow, context);
    const route = decision!.choice?.route;
    const outcome = {
      ...protocol === null ? {} : { protocol },
      ...decision!.choice === null ? {} : { rule: decision!.choice.rule },
      ...route?.action === "FORWARD"
        ? { target: targetText(route.targets[0]!) }
        : { reject: true },
    };
    assertEquals(problems({ ...sample, ...outcome }), []);
  }
});

Deno.test("expectations: from and time reach the rules that ask for them", () => {
  const servers = {
    ":443": {
      SSH: {
        "FROM 10.0.0.0/8": forward("127.0.0.1:22"),
        "TIME Mon-Fri@08:00-18:00": forward("127.0.0.1:2222"),
        CATCHALL: REJECT,
      },
    },
  };
  const hold = [
    { from: "10.1.2.3", time: "2026-11-22T12:00:00Z", target: "127.0.0.1:22" },
    {
      from: "192.0.2.1",
      time: "2026-11-23T12:00:00Z",
      target: "127.0.0.1:2222",
    },
    { from: "192.0.2.1", time: "2026-11-22T12:00:00Z", reject: true },
  ];
  assertEquals(
    problemsOf(servers, ...hold.map((each) => ({ ssh: {}, ...each }))),
    [],
  );
});
