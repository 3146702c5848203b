/** The labels of a container. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { MAX_ROUTES, readLabels } from "../../src/containers/labels.ts";

function read(labels: Readonly<Record<string, string | null>>) {
  const { routes, group, problems } = readLabels(
    new Map(Object.entries(labels)),
  );
  return {
    routes: routes.map(({ name, fields }): Record<string, string> => ({
      name,
      ...Object.fromEntries(fields),
    })),
    group,
    problems,
  };
}

Deno.test("labels: the short form is a route without a name", () => {
  assertEquals(read({ rule: " TLS SNI a.example ", port: "8443" }), {
    routes: [{ name: "", rule: "TLS SNI a.example", port: "8443" }],
    group: null,
    problems: [],
  });
});

Deno.test("labels: routes with names take what the container says of all", () => {
  const { routes, problems } = read({
    network: "front",
    port: "80",
    "b.rule": "HTTP HOST b.example",
    "a.rule": "TLS SNI a.example",
    "a.port": "443",
    group: "g",
  });
  assertEquals(problems, []);
  assertEquals(routes, [
    { name: "a", network: "front", port: "443", rule: "TLS SNI a.example" },
    { name: "b", network: "front", port: "80", rule: "HTTP HOST b.example" },
  ]);
});

Deno.test("labels: enable=false switches all off, silently", () => {
  const off = read({ enable: "false", rule: "TLS SNI a.example", "x.y": "z" });
  assertEquals(off.routes, []);
  assertEquals(off.problems, []);
  assertEquals(read({ enable: "true", rule: "SSH" }).routes.length, 1);
});

Deno.test("labels: what is wrong leaves out its route alone", () => {
  const { routes, problems } = read({
    "good.rule": "TLS SNI a.example",
    "typo.rule": "TLS SNI b.example",
    "typo.prot": "80",
    "long.rule": null,
    "empty.rule": " ",
    "control.rule": "TLS SNI a\nb",
    "norule.port": "80",
    "bad name.rule": "SSH",
    "a.b.rule": "SSH",
  });
  assertEquals(routes.map(({ name }) => name), ["good"]);
  assertEquals(problems.length, 7, problems.join("\n"));
  for (
    const part of [
      /"passthru\.typo\.prot" is not known.*did you mean "passthru\.typo\.port"/,
      /"passthru\.long\.rule" is too long/,
      /"passthru\.empty\.rule" is empty/,
      /"passthru\.control\.rule" contains control characters/,
      /route "norule" has no rule/,
      /"passthru\.bad name\.rule": expected "passthru\.NAME\.FIELD"/,
      /"passthru\.a\.b\.rule": expected/,
    ]
  ) assertMatch(problems.join("\n"), part);
});

Deno.test("labels: a bad label of the container leaves out all its routes", () => {
  for (const bad of [{ enable: "yes" }, { netwrok: "x" }, { port: null }]) {
    const { routes, problems } = read({ "a.rule": "SSH", ...bad });
    assertEquals(routes, [], JSON.stringify(bad));
    assertEquals(problems.length, 1);
  }
});

Deno.test("labels: a container that asks for too many routes gets the first", () => {
  const { routes, problems } = read(Object.fromEntries(
    Array.from({ length: MAX_ROUTES + 1 }, (_, i) => [`r${i}.rule`, "SSH"]),
  ));
  assertEquals(routes.length, MAX_ROUTES);
  assertMatch(problems.join(), /33 routes: expected at most 32/);
});

Deno.test("labels: messages stay short, whatever the names", () => {
  const { problems } = read({ ["x".repeat(4_000) + ".rule"]: "SSH" });
  assert(problems[0]!.length < 300, problems[0]);
});
