/** Routes that containers ask for, and who gets them. */
import { assertEquals, assertMatch } from "@std/assert";
import { includeText } from "../../src/containers/include_text.ts";
import { readContainer } from "../../src/containers/container.ts";
import { settle } from "../../src/containers/settle.ts";
import {
  container,
  type ContainerSpec,
  inspectAnswer,
} from "../support/containers.ts";
import { pickerOf, type PickerSpec } from "../support/route_picker.ts";

/** The rules with their targets, and why others are not there. */
function settled(specs: readonly ContainerSpec[], config: PickerSpec = {}) {
  const containers = specs.map((spec, index) => container(index + 1, spec));
  const { routes, refusals } = settle(containers, pickerOf(config));
  return {
    routes: routes.map(({ listen, protocol, rule, targets }) =>
      `${listen} ${protocol}/${rule} -> ${
        targets.map(({ target }) => target).join(" ")
      }`
    ),
    refusals: refusals.map(({ container, route, reason }) =>
      `${container.name}/${route}: ${reason}`
    ),
    text: includeText(routes),
  };
}

/** The only reason why something is left out. */
function refusal(
  specs: readonly ContainerSpec[],
  config: PickerSpec = {},
): string {
  const { refusals } = settled(specs, config);
  assertEquals(refusals.length, 1, refusals.join("\n"));
  return refusals[0]!;
}

function tls(host: string, more: Readonly<Record<string, string>> = {}) {
  return { labels: { "passthru.rule": `TLS SNI ${host}`, ...more } };
}

function compose(project: string, service: string) {
  return {
    "com.docker.compose.project": project,
    "com.docker.compose.service": service,
  };
}

Deno.test("settle: listener, port and address are filled in", () => {
  const { routes, refusals } = settled([tls("a.example")]);
  assertEquals(routes, [":443 TLS/SNI a.example -> 10.88.0.1:8443"]);
  assertEquals(refusals, []);
});

Deno.test("settle: the port is of the transport of the server, whatever its name is", () => {
  const servers = { web: { options: { listen: ":443/udp" } } };
  const { routes, refusals } = settled([{
    labels: { "passthru.rule": "QUIC SNI a.example" },
    ports: ["80/tcp", "8443/udp"],
  }], { servers });
  assertEquals(refusals, []);
  assertEquals(routes, ["web QUIC/SNI a.example -> 10.88.0.1:8443"]);
});

Deno.test("settle: protocol and rule, together and apart", () => {
  const { routes, refusals } = settled([
    { labels: { "passthru.rule": "ssh" } },
    {
      labels: {
        "passthru.protocol": "http",
        "passthru.rule": "HOST  a.example   PATH /x*",
      },
    },
    { labels: { "passthru.protocol": "RDP" } },
  ]);
  assertEquals(refusals, []);
  assertEquals(routes, [
    ":443 SSH/CATCHALL -> 10.88.0.1:8443",
    ":443 HTTP/HOST a.example PATH /x* -> 10.88.0.2:8443",
    ":443 RDP/CATCHALL -> 10.88.0.3:8443",
  ]);
});

Deno.test("settle: one rule that is wrong leaves the others alone", () => {
  const { routes, refusals } = settled([
    { labels: { "passthru.rule": "TSL SNI a.example" } },
    { labels: { "passthru.rule": "TLS SIN a.example" } },
    { labels: { "passthru.rule": "CATCHALL SNI a.example" } },
    { labels: { "passthru.rule": "TLS SNI exa_mple..x" } },
    tls("good.example"),
  ]);
  assertEquals(routes, [":443 TLS/SNI good.example -> 10.88.0.5:8443"]);
  assertMatch(refusals[0]!, /^c1\/: Unknown protocol "TSL".*"TLS"/);
  assertMatch(refusals[1]!, /^c2\/: .*"SIN".*"SNI"/);
  assertMatch(refusals[2]!, /^c3\/: Unknown rule "SNI a\.example" of CATCHALL/);
  assertMatch(refusals[3]!, /^c4\/: Invalid value of "SNI"/);
});

Deno.test("settle: what cannot be filled in is named", () => {
  const two = { servers: { ":443": {}, ":8443": {} } };
  assertMatch(
    refusal([tls("a.example")], two),
    /no listener: expected a label "passthru\.listen" with one of ":443", ":8443"/,
  );
  assertMatch(
    refusal([{ ...tls("a.example"), ports: [] }]),
    /exposes no tcp port: expected a label "passthru\.port"/,
  );
  assertMatch(
    refusal([{ ...tls("a.example"), ports: ["80/tcp", "443/tcp"] }]),
    /exposes 2 tcp ports/,
  );
  for (const port of ["0", "65536", "http", "-1", "80/tcp", "1e3"]) {
    assertMatch(
      refusal([tls("a.example", { "passthru.port": port })]),
      /its port is/,
      port,
    );
  }
  assertMatch(
    refusal([tls("a.example", { "passthru.send_proxy": "v3" })]),
    /"passthru\.send_proxy": found "v3", expected "v1" or "v2"/,
  );
});

Deno.test("settle: the network is the only one that is allowed, or the one named", () => {
  const networks = { front: "10.88.1.1", back: "10.88.2.1", out: "192.0.2.1" };
  const named = (network: string) => ({
    ...tls("a.example", { "passthru.network": network }),
    networks,
  });
  assertEquals(
    settled([{
      ...tls("a.example"),
      networks: { out: "192.0.2.1", in: "10.88.1.1" },
    }])
      .routes,
    [":443 TLS/SNI a.example -> 10.88.1.1:8443"],
  );
  assertEquals(settled([named("back")]).routes, [
    ":443 TLS/SNI a.example -> 10.88.2.1:8443",
  ]);
  assertMatch(
    refusal([{ ...tls("a.example"), networks }]),
    /in 2 networks: expected a label "passthru\.network" with one of "front", "back"/,
  );
  assertMatch(
    refusal([named("out")]),
    /Target "192\.0\.2\.1:8443" is not allowed in this file/,
  );
  assertMatch(
    refusal([named("other")]),
    /not in the network "other": expected/,
  );
  assertMatch(
    refusal([{ ...tls("a.example"), networks: { front: "" } }]),
    /no address in a network/,
  );
  assertMatch(
    refusal([{ ...tls("a.example"), networkMode: "host" }]),
    /Target "127\.0\.0\.1:8443" is not allowed/,
  );
});

Deno.test("settle: a server for UDP takes the exposed port of UDP", () => {
  const { routes, refusals } = settled([
    {
      labels: { "passthru.rule": "QUIC SNI a.example" },
      ports: ["8443/tcp", "8444/udp"],
    },
    { labels: { "passthru.rule": "TLS SNI b.example" }, ports: ["1/udp"] },
  ], { servers: { ":443/udp": {} } });
  assertEquals(routes, [":443/udp QUIC/SNI a.example -> 10.88.0.1:8444"]);
  assertMatch(refusals.join(), /^c2\/: Unknown protocol "TLS" of UDP/);
});

Deno.test("settle: of both addresses of a network the allowed one is taken", () => {
  const both = {
    ...inspectAnswer(1, tls("a.example")),
    NetworkSettings: {
      Networks: {
        front: { IPAddress: "192.0.2.1", GlobalIPv6Address: "fd00::5" },
      },
    },
  };
  const one = readContainer(both)!;
  const target = (to: readonly string[]) =>
    settle([one], pickerOf({ to })).routes[0]?.targets[0]?.target;
  assertEquals(target(["[fd00::/8]"]), "[fd00::5]:8443");
  assertEquals(target(["192.0.2.0/24"]), "192.0.2.1:8443");
  assertEquals(target(["192.0.2.0/24", "[fd00::/8]"]), "192.0.2.1:8443");
});

Deno.test("settle: containers of one service are targets of one rule", () => {
  const replica = tls("a.example", compose("shop", "web"));
  assertEquals(settled([replica, replica]).routes, [
    ":443 TLS/SNI a.example -> 10.88.0.1:8443 10.88.0.2:8443",
  ]);
  const group = { "passthru.group": "web" };
  assertEquals(
    settled([tls("A.Example", group), tls("a.example", group)]).routes,
    [":443 TLS/SNI A.Example -> 10.88.0.1:8443 10.88.0.2:8443"],
  );
  assertMatch(
    refusal([replica, {
      labels: { ...replica.labels, "passthru.send_proxy": "v2" },
    }]),
    /"send_proxy" differs/,
  );
});

Deno.test("settle: the older container has the rule, whatever the order", () => {
  const young = { ...tls("a.example"), name: "young", age: 9 };
  const old = { ...tls("A.example"), name: "old", age: 1 };
  for (const specs of [[young, old], [old, young]]) {
    const { routes, refusals } = settled(specs);
    assertEquals(routes.length, 1);
    assertMatch(routes[0]!, /SNI A\.example/);
    assertMatch(
      refusals.join(),
      /^young\/: the rule belongs to the older container "old" \(00000000000[12]\)$/,
    );
  }
});

Deno.test("settle: one service does not take another's rule in its project", () => {
  assertMatch(
    refusal([
      tls("a.example", compose("shop", "web")),
      tls("a.example", compose("shop", "api")),
    ]),
    /the rule belongs to the older container "c1" \(000000000001\) of project "shop"/,
  );
});

Deno.test("settle: another's host name cannot be taken", () => {
  const a = tls("app.example", compose("shop", "web"));
  for (
    const rule of [
      "TLS SNI app.example ALPN h2",
      "TLS SNI APP.example. FROM 0.0.0.0/0",
      "TLS SNI x.example,app.example",
      "HTTP HOST app.example",
      "HTTP2 AUTHORITY app.example",
      "TLS SNI *.example FROM 0.0.0.0/0",
      "TLS ALPN h2 VERSION 1.3",
    ]
  ) {
    assertMatch(
      refusal([a, { labels: { "passthru.rule": rule } }]),
      /^c2\/: its host or connections belong to the older container "c1" \(000000000001\) of project "shop"/,
      rule,
    );
    // In the same project it is nobody else's, unless it is the same rule.
    if (rule.includes(",")) continue;
    const own = { "passthru.rule": rule, ...compose("shop", "other") };
    assertEquals(settled([a, { labels: own }]).refusals, [], rule);
  }
});

Deno.test("settle: a protocol without hosts belongs to the older container as a whole", () => {
  const ssh = (rule: string) => ({ labels: { "passthru.rule": rule } });
  assertMatch(
    refusal([ssh("SSH"), ssh("SSH FROM 0.0.0.0/1,128.0.0.0/1")]),
    /^c2\/: its host or connections belong to the older container "c1"/,
  );
  // Clients of a server that speaks first are silent.
  for (const rule of ["SILENT", "SSH", "MQTT"]) {
    assertMatch(
      refusal([ssh("CATCHALL"), ssh(rule)]),
      /^c2\/: its host or connections belong to the older container "c1"/,
      rule,
    );
  }
  // Whoever came first has less, and keeps it.
  const both = settled([ssh("SSH FROM 10.0.0.0/8"), ssh("SSH")]);
  assertEquals(both.refusals, []);
});

Deno.test("settle: what takes nothing from another's rule is no conflict", () => {
  const a = tls("app.example");
  for (
    const rule of [
      "TLS SNI b.example ALPN h2",
      "TLS SNI *.other.example",
      "SSH",
    ]
  ) {
    assertEquals(
      settled([a, { labels: { "passthru.rule": rule } }]).refusals,
      [],
      rule,
    );
  }
});

Deno.test("settle: a wildcard and the names below it are one owner's", () => {
  const wild = tls("*.example");
  const name = tls("app.example");
  assertMatch(refusal([wild, name]), /^c2\/: its host or connections belong/);
  assertMatch(refusal([name, wild]), /^c2\/: its host or connections belong/);
  const same = { "passthru.group": "g" };
  const { refusals } = settled([
    tls("*.example", same),
    tls("app.example", same),
  ]);
  assertEquals(refusals, []);
});

Deno.test("settle: the config bounds what containers may have", () => {
  const config = {
    servers: { ":443": { "TLS": { "SNI own.example": "127.0.0.1:1" } } },
    names: ["*.apps.example"],
  };
  const { routes, refusals } = settled([
    tls("a.apps.example"),
    tls("a.example"),
    { labels: { "passthru.rule": "SSH" } },
    tls("b.apps.example", { "passthru.listen": ":80" }),
    tls("/^x/"),
  ], config);
  assertEquals(routes, [":443 TLS/SNI a.apps.example -> 10.88.0.1:8443"]);
  assertMatch(
    refusals[0]!,
    /^c2\/: Host "a\.example" is not allowed.*cfg\.jsonc:1/,
  );
  assertMatch(
    refusals[1]!,
    /^c3\/: Rule "CATCHALL" has no condition on the host/,
  );
  assertMatch(refusals[2]!, /^c4\/: Server ":80" is not allowed/);
  assertMatch(
    refusals[3]!,
    /^c5\/: Regular expression "\/\^x\/" is not allowed/,
  );
  const taken = { servers: config.servers };
  assertMatch(
    refusal([tls("own.example")], taken),
    /^c1\/: Host "own\.example" is taken/,
  );
});

Deno.test("settle: an unhealthy container keeps its rule without a target", () => {
  for (const health of ["starting", "unhealthy"]) {
    const { routes, refusals, text } = settled([
      { ...tls("a.example"), name: "a", health },
      { ...tls("a.example"), name: "thief" },
      tls("b.example"),
    ]);
    assertEquals(routes.length, 2);
    assertMatch(
      refusals.join(),
      /^thief\/: the rule belongs to the older container "a"/,
    );
    assertEquals(text.text.includes("a.example"), false);
    assertEquals(text.containers, 1);
  }
  const replica = tls("a.example", compose("shop", "web"));
  const { text } = settled([{ ...replica, health: "unhealthy" }, {
    ...replica,
    health: "healthy",
  }]);
  assertMatch(text.text, /"to_addr": "10\.88\.0\.2:8443"/);
});

/** Containers that ask for so many routes, each with as many as it may have. */
function crowd(count: number, rule: (i: number) => string): ContainerSpec[] {
  const each = 32;
  return Array.from({ length: Math.ceil(count / each) }, (_, number) => ({
    labels: Object.fromEntries(
      Array.from({ length: Math.min(each, count - number * each) }, (_, i) => [
        `passthru.r${i}.rule`,
        rule(number * each + i),
      ]),
    ),
  }));
}

Deno.test("settle: there are not more routes than all containers may have", () => {
  const { routes, refusals } = settled(
    crowd(10_002, (i) => `TLS SNI h${i}.example`),
  );
  assertEquals(routes.length, 10_000);
  assertEquals(refusals.length, 2);
  assertMatch(refusals[0]!, /there are 10000 routes already$/);
  const hostless = settled(
    crowd(1_001, (i) => `SSH FROM 10.0.${i >> 8}.${i & 255}`),
  );
  assertEquals(hostless.routes.length, 1_000);
  assertMatch(
    hostless.refusals.join(),
    /there are 1000 rules without a condition on the host already$/,
  );
});
