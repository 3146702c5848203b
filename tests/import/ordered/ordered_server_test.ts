/** Ordered rules as rules of passthru: whoever decides, it is the same. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import * as fc from "../../../src/testing/fast_check.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { SourceText } from "../../../src/config/diagnostics.ts";
import { BUILTINS } from "../../../src/detect/builtins.ts";
import { withDeclared } from "../../../src/detect/declared.ts";
import { Registry } from "../../../src/detect/registry.ts";
import { listenerContext } from "../../../src/explain/context.ts";
import { explainFlow } from "../../../src/explain/explain_flow.ts";
import {
  all,
  any,
  anyOf,
  type Expression,
  FALSE,
  is,
  not,
  type Test,
  TRUE,
  unknown,
  word,
} from "../../../src/import/ordered/expression.ts";
import {
  ANYTHING,
  type OrderedRule,
  type TranslatedServer,
  translateServer,
} from "../../../src/import/ordered/ordered_server.ts";
import { unreachedText } from "../../../src/import/ordered/unreached.ts";
import { hello } from "../../support/explain.ts";
import { assertFast } from "../../support/fast.ts";
import { bytesOf } from "../../support/tcp.ts";

const REGISTRY = new Registry(BUILTINS);
const ALL = withDeclared(REGISTRY, [{
  name: ANYTHING,
  regex: "",
  max_bytes: 1,
}]);

/** A connection, and what is so of it. */
interface Sample {
  readonly protocol: string;
  readonly host: string | null;
  readonly alpn: readonly string[];
  readonly from: string;
}

function holds(test: Test, sample: Sample): boolean {
  if (test.kind === "unknown") throw new Error("not asked here");
  if (test.protocol !== null && test.protocol !== sample.protocol) return false;
  if (test.kind === "is") return true;
  const { value } = test;
  switch (test.word) {
    case "FROM":
      return sample.from.startsWith(value.split(".")[0] + ".");
    case "ALPN":
      return sample.alpn.includes(value);
    case "NOSNI":
      return sample.host === null;
    case "PATH":
      return value === "/";
    default:
      if (sample.host === null) return false;
      if (value.startsWith("/")) {
        return new RegExp(value.slice(1, -1)).test(sample.host);
      }
      return value.startsWith("*")
        ? sample.host.endsWith(value.slice(1))
        : sample.host === value;
  }
}

function evaluate(expression: Expression, sample: Sample): boolean {
  switch (expression.kind) {
    case "all":
      return expression.of.every((each) => evaluate(each, sample));
    case "any":
      return expression.of.some((each) => evaluate(each, sample));
    case "not":
      return !evaluate(expression.of, sample);
    default:
      return holds(expression, sample);
  }
}

function bytesFor({ protocol, host, alpn }: Sample): Uint8Array[] {
  switch (protocol) {
    case "TLS":
      return [hello(host, alpn.length === 0 ? null : [...alpn])];
    case "HTTP":
      return [bytesOf(`GET / HTTP/1.1\r\nHost: ${host ?? ""}\r\n\r\n`)];
    case "SSH":
      return [bytesOf("SSH-2.0-x\r\n")];
    case "OTHER":
      return [bytesOf("\x01\x02garbage")];
    default:
      return [];
  }
}

function serverOf(translated: TranslatedServer<string>) {
  const to = (name: string) =>
    name === "reject"
      ? { action: "REJECT" }
      : { action: "FORWARD", to_addr: `${name}.example:1` };
  const protocols = translated.protocols.map((
    { protocol, rules, catchall },
  ) => [
    protocol,
    Object.fromEntries([
      ...rules.map(({ text, action }) => [text, to(action)]),
      ...catchall === null ? [] : [["CATCHALL", to(catchall.action)]],
    ]),
  ]);
  return Object.fromEntries([
    ...protocols,
    ...translated.silent === null
      ? []
      : [["SILENT", { CATCHALL: to(translated.silent.action) }]],
    ["CATCHALL", { CATCHALL: to(translated.catchall.action) }],
  ]);
}

function contextFor(translated: TranslatedServer<string>) {
  const config = {
    version: "v1.0.0",
    servers: { ":999": serverOf(translated) },
    ...translated.anything
      ? { detectors: { [ANYTHING]: { regex: "", max_bytes: 1 } } }
      : {},
  };
  const text = JSON.stringify(config, null, 1);
  const { plan, diagnostics, registry } = loadConfig(
    "x",
    bytesOf(text),
    REGISTRY,
  );
  assert(plan, `${text} ${JSON.stringify(diagnostics)}`);
  return { text, context: listenerContext(plan.listeners[0]!, registry) };
}

const ORIGIN = {
  source: new SourceText("x", ""),
  span: { offset: 0, length: 0 },
};
const HOSTS = ["a.example", "b.example", "x.a.example", "c.test"];
const TESTS: Expression[] = [
  ...HOSTS.map((host) => word("TLS", ["SNI", host])),
  word("TLS", ["SNI", "*.example"]),
  word("TLS", ["SNI", "*.a.example"]),
  word("TLS", ["SNI", "/^[ab]/"]),
  word("TLS", ["SNI", "/example$/"]),
  word("TLS", ["SNI", "/^[^.]+\\.a\\.example$/"]),
  word("TLS", ["SNI", "/^c|\\.a\\.example$/"]),
  word("TLS", ["ALPN", "h2"]),
  word("TLS", ["ALPN", "acme-tls/1"]),
  word("TLS", ["NOSNI", ""]),
  word("HTTP", ["HOST", "a.example"]),
  word("HTTP", ["HOST", "*.example"]),
  word("HTTP", ["PATH", "/"]),
  word("HTTP", ["PATH", "/other"]),
  word(null, ["FROM", "10.0.0.0/8"]),
  is("TLS"),
  is("HTTP"),
  is("SSH"),
  is("SILENT"),
  TRUE,
  FALSE,
];

const expression: fc.Arbitrary<Expression> = fc.letrec<{ of: Expression }>(
  (tie) => ({
    of: fc.oneof(
      { maxDepth: 2 },
      { weight: 6, arbitrary: fc.constantFrom(...TESTS) },
      { weight: 1, arbitrary: tie("of").map(not) },
      {
        weight: 2,
        arbitrary: fc.array(tie("of"), { maxLength: 3 })
          .map((of) => all(...of)),
      },
      {
        weight: 1,
        arbitrary: fc.array(tie("of"), { maxLength: 3 })
          .map((of) => any(...of)),
      },
    ),
  }),
).of;

const SAMPLES: Sample[] = ["TLS", "HTTP", "SSH", "OTHER", "SILENT"].flatMap((
  protocol,
) =>
  ["10.1.1.1", "192.0.2.1"].flatMap((from) => {
    const hosts = protocol === "TLS"
      ? [null, ...HOSTS]
      : protocol === "HTTP"
      ? HOSTS
      : [null];
    const alpns = protocol === "TLS"
      ? [[], ["h2"], ["acme-tls/1"], ["h2", "acme-tls/1"]]
      : [[]];
    return hosts.flatMap((host) =>
      alpns.map((alpn) => ({ protocol, host, alpn, from }))
    );
  })
);

Deno.test("rules in an order decide alike as rules of which the most specific wins", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          when: expression,
          action: fc.constantFrom("one", "two", "three", "reject"),
        }),
        { maxLength: 8 },
      ),
      fc.constantFrom("one", "last", "reject"),
      fc.boolean(),
      (given, last, placeByPlace) => {
        const rules = given.map((rule, index) => ({
          ...rule,
          // Some are of one place.
          origin: { ...ORIGIN, span: { offset: index >> 1, length: 0 } },
        }));
        const otherwise = { action: last, origin: ORIGIN };
        const problems = new Set<OrderedRule<string>>();
        const translated = translateServer({ rules, otherwise }, {
          registry: ALL,
          transport: "tcp",
          problem: (rule) => problems.add(rule),
          unreached: () => {},
          placeByPlace,
        });
        const { text, context } = contextFor(translated);
        for (const sample of SAMPLES) {
          const first = rules.find(({ when }) => evaluate(when, sample));
          // What clients that send nothing come from is told to be ignored.
          if (sample.protocol === "SILENT" && problems.size > 0) continue;
          const explained = explainFlow(
            {
              id: "x",
              transport: "tcp",
              from: sample.from,
              segments: bytesFor(sample),
              end: "open",
              notes: [],
            },
            context,
          );
          const route = explained.decision!.choice?.route;
          const found = route?.action === "FORWARD"
            ? JSON.stringify(route).match(/(\w+)\.example/)?.[1]
            : "reject";
          assertEquals(
            found,
            first?.action ?? last,
            `${JSON.stringify(sample)}\n${text}\n${JSON.stringify(rules)}`,
          );
        }
      },
    ),
    { numRuns: 150 },
  );
});

function translated(
  given: readonly Omit<OrderedRule<string>, "origin">[],
) {
  const problems: string[] = [];
  const rules = given.map((rule, offset) => ({
    ...rule,
    origin: { ...ORIGIN, span: { offset: offset + 1, length: 0 } },
  }));
  const otherwise = { action: "last", origin: ORIGIN };
  const unreached: string[] = [];
  const result = translateServer({ rules, otherwise }, {
    registry: ALL,
    transport: "tcp",
    problem: ({ action }, reason) => problems.push(`${action}: ${reason}`),
    unreached: ({ origin }) =>
      unreached.push(rules.find((rule) => rule.origin === origin)!.action),
  });
  return { result, problems, unreached };
}

Deno.test("clients of Unix sockets are in no block of addresses", () => {
  const from = word(null, ["FROM", "10.0.0.0/8"]);
  const rules = [
    all(is("TLS"), from),
    all(word("TLS", ["SNI", "a.example"]), not(from)),
    word("TLS", ["SNI", "b.example"]),
  ].map((when, i) => ({ when, action: `${i}`, origin: ORIGIN }));
  for (
    const [hasAddresses, expected] of [
      [true, [
        "FROM 10.0.0.0/8",
        "SNI a.example !FROM 10.0.0.0/8",
        "SNI b.example !FROM 10.0.0.0/8",
      ]],
      [false, ["SNI a.example", "SNI b.example"]],
    ] as const
  ) {
    const { protocols } = translateServer({
      rules,
      otherwise: { action: "last", origin: ORIGIN },
    }, {
      registry: ALL,
      transport: "tcp",
      hasAddresses,
      problem: () => {},
      unreached: () => {},
    });
    assertEquals(protocols[0]!.rules.map(({ text }) => text), [...expected]);
  }
});

Deno.test("what comes too late has the place before it", () => {
  const by: string[] = [];
  const names = ["one", "two", "three", "four", "five"];
  const origins = names.map((_, offset) => ({
    ...ORIGIN,
    span: { offset, length: 0 },
  }));
  translateServer({
    rules: [
      all(is("TLS"), not(word("TLS", ["ALPN", "h2"]))),
      word("TLS", ["SNI", "a.example"]),
      word("TLS", ["SNI", "a.example"]),
      all(is("TLS"), is("SSH")),
      is("TLS"),
    ].map((when, i) => ({ when, action: names[i]!, origin: origins[i]! })),
    otherwise: { action: "last", origin: ORIGIN },
  }, {
    registry: ALL,
    transport: "tcp",
    problem: () => {},
    unreached: (one) => by.push(unreachedText(one)),
  });
  assertEquals(by, [
    "This rule never matches, because x:1:1 matches first: it is left out",
    "This rule decides about no connection here: it is left out",
  ]);
});

Deno.test("a protocol keeps its place before one that would take its connections", () => {
  const rules = ["HTTP", "PAYLOAD", "SSH"].map((protocol, i) => ({
    when: is(protocol),
    action: ["last", "other", "last"][i]!,
  }));
  assertEquals(
    translated(rules).result.protocols.map((
      { protocol, catchall },
    ) => [protocol, catchall?.action]),
    [["HTTP", "last"], ["PAYLOAD", "other"]],
  );
});

Deno.test("place by place: each has its rule, of each the hosts are in one", () => {
  const places = [1, 2].map((offset) => ({
    ...ORIGIN,
    span: { offset, length: 0 },
  }));
  const given = [
    ["b.example", 0],
    ["c.example", 1],
    ["*.b.example", 0],
    ["*.c.example", 1],
    ["/^[bc]/", 1],
  ] as const;
  const { protocols } = translateServer({
    rules: given.map(([host, place]) => ({
      when: word("TLS", ["SNI", host]),
      action: "one",
      origin: places[place]!,
    })),
    otherwise: { action: "one", origin: ORIGIN },
  }, {
    registry: ALL,
    transport: "tcp",
    problem: () => {},
    unreached: () => {},
    placeByPlace: true,
  });
  assertEquals(protocols[0]!.rules.map(({ text }) => text), [
    "SNI b.example,*.b.example",
    "SNI c.example,*.c.example",
    "SNI /^[bc]/",
  ]);
  assertEquals(protocols[0]!.catchall?.action, "one");
});

function textsOf({ protocols: [first] }: TranslatedServer<string>) {
  return first!.rules.map(({ text, action }) => ({ text, action }));
}

Deno.test("hosts of neighbours with one action become a list", () => {
  const { result } = translated([
    { when: word("TLS", ["SNI", "a.example"]), action: "one" },
    { when: word("TLS", ["SNI", "*.b.example"]), action: "one" },
    { when: word("TLS", ["SNI", "c.example"]), action: "two" },
  ]);
  assertEquals(textsOf(result), [
    { text: "SNI a.example,*.b.example", action: "one" },
    { text: "SNI c.example", action: "two" },
  ]);
  assertEquals(result.protocols[0]!.catchall, null);
});

Deno.test("an earlier, wider rule keeps its place", () => {
  const { result, problems, unreached } = translated([
    { when: word("TLS", ["SNI", "/^app/"]), action: "one" },
    { when: word("TLS", ["SNI", "app.example"]), action: "two" },
    { when: word("TLS", ["SNI", "*.example"]), action: "three" },
    { when: is("TLS"), action: "four" },
    { when: word("TLS", ["ALPN", "h2"]), action: "five" },
  ]);
  assertEquals(problems, []);
  assertEquals(unreached, ["two", "five"]);
  assertEquals(textsOf(result), [
    { text: "SNI /^app/", action: "one" },
    { text: "SNI *.example !SNI /^app/", action: "three" },
  ]);
  assertEquals(result.protocols[0]!.catchall?.action, "four");
});

Deno.test("what cannot be said is reported, with the rule", () => {
  const { result, problems } = translated([
    {
      when: any(word("TLS", ["SNI", "a.example"]), unknown("no clock")),
      action: "one",
    },
    { when: word("TLS", ["SNI", "/(?=a)/"]), action: "two" },
    { when: word("SSH", ["COLOUR", "red"]), action: "three" },
  ]);
  assertEquals(result.protocols[0]!.rules.map(({ text }) => text), [
    "SNI a.example",
  ]);
  assertEquals(problems.map((text) => text.split(":")[0]), [
    "one",
    "two",
    "three",
  ]);
});

Deno.test("rules of very many conditions are left out, and said, when they would take too long", () => {
  const alpn = (i: number) => word("TLS", ["ALPN", `p${i}`]);
  const rules = Array.from({ length: 60 }, (_, i) => ({
    when: all(...Array.from({ length: 120 }, (_, j) => alpn(i * 120 + j))),
    action: `${i}`,
  }));
  const { result, problems } = translated(rules);
  assertEquals(textsOf(result).length + problems.length, 60);
  assert(problems.length > 0 && problems.length < 30, `${problems.length}`);
  assertMatch(problems[0]!, /^\d+: no conditions could be found/);
});

Deno.test("many wildcards need little time", () => {
  const rules = Array.from({ length: 10_000 }, (_, i) => ({
    when: any(
      word("TLS", ["SNI", `h${i}.example`]),
      word("TLS", ["SNI", `*.h${i}.example`]),
    ),
    action: i % 2 === 0 ? "one" : "two",
  }));
  assertFast("the wildcards", 15_000, () => {
    const { result, unreached } = translated([
      { when: word("TLS", ["ALPN", "h3"]), action: "three" },
      ...rules,
      { when: word("TLS", ["SNI", "x.h5.example"]), action: "two" },
      { when: word("TLS", ["SNI", "*.example"]), action: "two" },
    ]);
    // The last one is in a list with those before it.
    assertEquals(result.protocols[0]!.rules.length, 1 + 10_000);
    assertEquals(unreached, ["two"]);
  });
});

Deno.test("many names need little time", () => {
  const rules = Array.from({ length: 10_000 }, (_, i) => ({
    when: word("TLS", ["SNI", `h${i}.example`]),
    action: i % 2 === 0 ? "one" : "two",
  }));
  assertFast("the names", 5_000, () => {
    const { result } = translated([
      { when: word("TLS", ["SNI", "/^h9/"]), action: "three" },
      ...rules,
    ]);
    // Without the names that the expression takes; h8 and h10 share a rule.
    assertEquals(result.protocols[0]!.rules.length, 1 + 10_000 - 1111 - 1);
  });
});

Deno.test("expressions over what is below a name, and paths, need little time", () => {
  const count = 5_000;
  const start = performance.now();
  for (
    const [protocol, condition] of [
      ["TLS", (i: number) => ["SNI", `/^[^.]+\\.h${i}\\.example$/`]],
      ["HTTP", (i: number) => ["PATH", `/h${i}`]],
    ] as const
  ) {
    const { result, problems } = translated(
      Array.from({ length: count }, (_, i) => ({
        when: word(protocol, condition(i) as [string, string]),
        action: i % 2 === 0 ? "one" : "two",
      })),
    );
    assertEquals(problems, []);
    assertEquals(result.protocols[0]!.rules.length, count);
  }
  const ms = performance.now() - start;
  assert(ms < 5000, `${ms} ms`);
});

Deno.test("an expression with alternatives is not only for what is below a name", () => {
  const { result, unreached } = translated([
    { when: word("TLS", ["SNI", "/^c|\\.a\\.example$/"]), action: "one" },
    { when: word("TLS", ["SNI", "c.test"]), action: "two" },
  ]);
  assertEquals(result.protocols[0]!.rules.length, 1);
  assertEquals(unreached, ["two"]);
});

Deno.test("a rule has as many names as a file can have", () => {
  const names = Array.from({ length: 100_000 }, (_, i) => `h${i}.example`);
  const { result, problems } = translated([{
    when: all(
      is("TLS"),
      anyOf(names.map((name) => word("TLS", ["SNI", name]))),
      word("TLS", ["ALPN", "h2"]),
    ),
    action: "one",
  }]);
  assertEquals(problems, []);
  const listed = result.protocols[0]!.rules.flatMap(({ text }) =>
    text.split(" ")[1]!.split(",")
  );
  assertEquals(new Set(listed).size, names.length);
});

Deno.test("what would take too long is left out, and said", () => {
  const one = (i: number) => word("TLS", ["SNI", `h${i}.example`]);
  const list = (length: number) => Array.from({ length }, (_, i) => one(i));
  const { problems } = translated([
    { when: not(anyOf(list(100_000))), action: "nots" },
    { when: all(anyOf(list(2000)), anyOf(list(2000))), action: "pairs" },
    {
      when: all(...list(20).map((each) => any(each, not(each)))),
      action: "powers",
    },
  ]);
  assertEquals(problems, [
    "nots: the condition is too large",
    "pairs: the condition is too large",
    "powers: the condition is too large",
  ]);
});
