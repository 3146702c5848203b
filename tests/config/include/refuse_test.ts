/** Files with bounds that have errors: the config is served without them. */
import { assert, assertEquals } from "@std/assert";
import * as fc from "../../../src/testing/fast_check.ts";
import {
  type Accepted,
  type Attempt,
  type ConfigDocuments,
  loadDocuments,
  refuseFiles,
} from "../../../src/config/load.ts";
import { failedExpectations } from "../../../src/explain/expectations.ts";
import { ALL_DETECTORS } from "../../support/all_detectors.ts";
import { documentsOf, type FakeFile } from "../../support/included.ts";

const MAIN = `{ "version": "v1.0.0",
  "include": [
    { "files": "d/*", "within": { "listeners": [":1"], "to": ["10.0.0.0/8"] } }
  ],
  "servers": { ":1": { "TLS": { "SNI www.org": "127.0.0.1:443" } } }
}`;

/** A file with rules of TLS, each for the same target. */
function rules(...texts: string[]): string {
  const all = texts.map((text) => [text, "10.0.0.1:443"]);
  return JSON.stringify({
    servers: { ":1": { TLS: Object.fromEntries(all) } },
  });
}

interface Loaded extends Attempt {
  /** The rules of the only server, in their order; `null`: not served. */
  readonly rules: readonly string[] | null;
}

function attempt(documents: ConfigDocuments): Loaded {
  const loaded = loadDocuments(documents, ALL_DETECTORS);
  const { source, plan } = loaded;
  const errors = [...loaded.diagnostics, ...failedExpectations(loaded)]
    .filter(({ severity }) => severity === "error");
  const rules = plan &&
    plan.listeners.flatMap(({ protocols }) =>
      protocols.flatMap(({ rules, catchall }) => [
        ...rules.map(({ text }) => text),
        ...(catchall === null ? [] : ["CATCHALL"]),
      ])
    );
  return { documents, source, errors, rules };
}

/** Loads a config, and files of its only entry while others are served. */
function load(
  main: string,
  files: Readonly<Record<string, FakeFile>>,
  served: Readonly<Record<string, string>> = {},
): Promise<Accepted<Loaded>> {
  return refuseFiles(documentsOf(main, [files]), {
    attempt,
    served: new Map(Object.entries(served)),
  });
}

/** What is said of refused files, with the places. */
function saidOf({ refused }: Accepted<Loaded>): string[] {
  return refused.flatMap(({ file, inUse, errors, source }) =>
    errors.map(({ message, span }) =>
      `${file} (${inUse}): ${source.place(span.offset)}: ${message}`
    )
  );
}

Deno.test("refuse: a broken file is left out, the others and the config are served", async () => {
  const broken: [text: FakeFile, said: string][] = [
    ["{", 'd/b:1:2: Expected "}": an object is not closed'],
    ["", 'd/b:1:1: The file is empty: expected an object with "servers"'],
    [`{ "version": "v9.0.0" }`, "d/b:1:14: "],
    [`{ "include": ["x"] }`, 'd/b:1:3: Field "include" belongs in'],
    [`{ "detectors": {} }`, 'd/b:1:3: Field "detectors" is not allowed'],
    [rules("SNI"), "d/b:1:27: "],
    [rules("SNI www.org"), "d/b:1:26: "],
    [rules("SNI b.org").replace("10.", "11."), "d/b:1:38: Target"],
    [rules("SNI b.org").replace("10.0.0.1:443", "file:/x"), "d/b:1:38: "],
    [{ problem: "it is a directory" }, 'main.jsonc:3:16: Cannot include "d/b"'],
  ];
  for (const [text, said] of broken) {
    const accepted = await load(MAIN, {
      "d/a": rules("SNI a.org"),
      "d/b": text,
      "d/c": rules("SNI c.org"),
    });
    const rest = ["SNI www.org", "SNI a.org", "SNI c.org"];
    assertEquals(accepted.attempt.rules, rest, JSON.stringify(text));
    assertEquals(accepted.refused.map(({ file }) => file), ["d/b"]);
    const [first] = saidOf(accepted);
    assert(first!.startsWith(`d/b (nothing): ${said}`), first);
  }
});

Deno.test("refuse: the last good content of a file stays, unless it is not good any more", async () => {
  const good = rules("SNI b.org", "SNI c.org");
  const served = { "d/b": good };
  const kept = await load(MAIN, { "d/b": "{" }, served);
  assertEquals(kept.attempt.rules, ["SNI www.org", "SNI b.org", "SNI c.org"]);
  assertEquals(saidOf(kept), [
    'd/b (last_good): d/b:1:2: Expected "}": an object is not closed',
  ]);
  // The config has taken a name of it meanwhile.
  const taken = MAIN.replace("www.org", "b.org");
  const gone = await load(taken, { "d/b": "{" }, served);
  assertEquals(gone.attempt.rules, ["SNI b.org"]);
  assertEquals(gone.refused.map(({ inUse }) => inUse), ["nothing"]);
  const unchanged = await load(taken, { "d/b": good }, served);
  assertEquals(unchanged.attempt.rules, ["SNI b.org"]);
  assertEquals(unchanged.refused.map(({ inUse }) => inUse), ["nothing"]);
});

Deno.test("refuse: of a file that was removed nothing stays", async () => {
  const main = MAIN.replace("d/*", "d/b");
  const file = { problem: "no such file", isAbsent: true };
  const served = { "d/b": rules("SNI b.org") };
  const gone = await load(main, { "d/b": file }, served);
  assertEquals(gone.attempt.rules, ["SNI www.org"]);
  assertEquals(saidOf(gone), [
    'd/b (nothing): main.jsonc:3:16: Cannot include "d/b": no such file',
  ]);
  const unreadable = await load(main, { "d/b": { problem: "no" } }, served);
  assertEquals(unreadable.attempt.rules, ["SNI www.org", "SNI b.org"]);
});

Deno.test("refuse: of two files that claim a host, the one that is served has it, else the first", async () => {
  const a = rules("SNI *.x.org");
  const b = rules("SNI h.x.org");
  const files = { "d/a": a, "d/b": b };
  const first = await load(MAIN, files);
  assertEquals(first.attempt.rules, ["SNI www.org", "SNI *.x.org"]);
  const served = await load(MAIN, files, { "d/b": b });
  assertEquals(served.attempt.rules, ["SNI www.org", "SNI h.x.org"]);
  assertEquals(saidOf(served), [
    'd/a (nothing): d/a:1:26: In conflict with a file that is in use: Host "h.x.org" is taken: another file has "*.x.org"',
  ]);
  const already = await load(MAIN, files, files);
  assertEquals(already.attempt.rules, ["SNI www.org", "SNI *.x.org"]);
  const same = rules("SNI h.x.org");
  const twice = await load(MAIN, { "d/a": same, "d/b": b }, { "d/b": b });
  assertEquals(twice.refused.map(({ file }) => file), ["d/a"]);
  // What the other one had before is in no conflict, and stays.
  const before = rules("SNI a.org");
  const both = await load(MAIN, files, { "d/a": before, "d/b": b });
  assertEquals(both.attempt.rules, [
    "SNI www.org",
    "SNI a.org",
    "SNI h.x.org",
  ]);
});

Deno.test("refuse: a file is not refused for a conflict with one that is", async () => {
  const accepted = await load(MAIN, {
    "d/a": rules("SNI x.org", "SNI www.org"),
    "d/b": rules("SNI x.org", "SNI y.org"),
    "d/c": rules("SNI y.org"),
  });
  assertEquals(accepted.attempt.rules, [
    "SNI www.org",
    "SNI x.org",
    "SNI y.org",
  ]);
  assertEquals(accepted.refused.map(({ file }) => file), ["d/a", "d/c"]);
});

Deno.test("refuse: however many are in conflict with a file that is refused, they stay", async () => {
  const hosts = Array.from({ length: 40 }, (_, i) => `SNI h${i}.org`);
  const others = hosts.map((host, i) => [`d/x${i}`, rules(host)]);
  const accepted = await load(MAIN, {
    "d/a": rules("SNI www.org", ...hosts),
    ...Object.fromEntries(others),
  });
  assertEquals(accepted.refused.map(({ file }) => file), ["d/a"]);
});

Deno.test("refuse: what a file had before stands in the way of none when the file is served after all", async () => {
  const accepted = await load(MAIN, {
    "d/0": rules("SNI q.org"),
    "d/a": rules("SNI z.org", "SNI h.org"),
    "d/b": rules("SNI h.org"),
    "d/c": "{",
  }, { "d/b": rules("SNI q.org"), "d/c": rules("SNI z.org") });
  assertEquals(
    accepted.attempt.rules,
    ["SNI www.org", "SNI q.org", "SNI h.org", "SNI z.org"],
  );
  assertEquals(accepted.refused.map(({ file }) => file), ["d/c", "d/a"]);
});

Deno.test("refuse: an expectation that a file breaks refuses the file, not the config", async () => {
  const main = MAIN.replace(
    /\n\}$/,
    `,
    "expect": [{ "hello": { "sni": "no.org" }, "reject": true }]\n}`,
  );
  const files = Object.fromEntries(
    Array.from({ length: 9 }, (_, i) => [`d/${i}`, rules(`SNI ${i}.org`)]),
  );
  const bad = { ...files, "d/5": rules("SNI no.org") };
  const accepted = await load(main, bad);
  assertEquals(accepted.refused.map(({ file }) => file), ["d/5"]);
  assertEquals(accepted.attempt.rules!.length, 9);
  const [said] = saidOf(accepted);
  assert(said!.includes("main.jsonc:6:58: Expectation failed"), said);
  const kept = await load(main, bad, { "d/5": files["d/5"]! });
  assertEquals(kept.attempt.rules!.length, 10);
  assertEquals(kept.refused.map(({ inUse }) => inUse), ["last_good"]);
});

Deno.test("refuse: errors of the config itself, of files without bounds and with on_error are errors", async () => {
  const good = rules("SNI a.org");
  const cases: [main: string, files: Record<string, FakeFile>][] = [
    [MAIN.replace("SNI www.org", "SNI"), { a: good }],
    [MAIN.replace("SNI www.org", "SNI"), { a: "{" }],
    [MAIN.replace(/, "within.*\} \}/, "}"), { a: "{" }],
    [MAIN.replace(/\} \}\n/, `}, "on_error": "fail" }\n`), { a: "{" }],
    [MAIN.replace('":1"', '":2"'), { a: good }],
  ];
  for (const [main, files] of cases) {
    const { attempt, refused } = await load(main, files);
    assert(attempt.errors.length > 0, main);
    assertEquals([attempt.rules, refused], [null, []]);
  }
  const skip = MAIN.replace(/\} \}\n/, `}, "on_error": "skip" }\n`);
  assertEquals((await load(skip, { a: "{" })).refused.length, 1);
  const unbounded = skip.replace(/"within": .*?\}, /, "");
  const { attempt } = await load(unbounded, { a: good });
  assertEquals(attempt.errors.map(({ message }) => message), [
    'Field "on_error" is "skip" without "within": expected "within", because only a file with bounds can be left out',
  ]);
});

Deno.test("refuse: too many files, or too much, is an error of none but those", async () => {
  const text = "{}";
  const many = Object.fromEntries(
    Array.from({ length: 1_003 }, (_, i) => [`d/${1_000 + i}`, text]),
  );
  const accepted = await load(MAIN, many);
  assertEquals(accepted.refused.map(({ file }) => file), [
    "d/2000",
    "d/2001",
    "d/2002",
  ]);
  const large = `"${"x".repeat(7 * 1024 * 1024)}"`;
  const sizes = await load(MAIN, { a: large, b: large, c: large, d: text });
  assertEquals(sizes.refused.map(({ file }) => file), ["c", "a", "b"]);
});

Deno.test("refuse: whatever files say, the config is served, and no file is refused that could be served", async () => {
  const host = fc.constantFrom("a.org", "*.a.org", "b.a.org", "c.org");
  const rule = fc.oneof(
    { weight: 8, arbitrary: host.map((name) => `SNI ${name}`) },
    { weight: 1, arbitrary: fc.constantFrom("SNI www.org", "CATCHALL", "?") },
  );
  const file = fc.uniqueArray(rule, { maxLength: 3 })
    .map((all) => rules(...all));
  const files = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), file);
  const reload = async (
    given: Readonly<Record<string, string>>,
    served: Readonly<Record<string, string>>,
  ) => {
    const { attempt: used, refused } = await load(MAIN, given, served);
    assertEquals(used.errors, []);
    const texts = Object.fromEntries(
      used.documents.refusables.map(({ source }) => [source.file, source.text]),
    );
    const inUse = new Map(refused.map((one) => [one.file, one.inUse]));
    for (const [name, text] of Object.entries(given)) {
      const is = inUse.get(name);
      const expected = is === "nothing"
        ? undefined
        : is === "last_good"
        ? served[name]
        : text;
      assertEquals(texts[name], expected);
      if (is !== "nothing") continue;
      const { errors } = attempt(
        documentsOf(MAIN, [{ ...texts, [name]: text }]),
      );
      assert(errors.length > 0, `${name} could be served: ${text}`);
    }
    return texts;
  };
  await fc.assert(
    fc.asyncProperty(files, files, async (before, now) => {
      await reload(now, await reload(before, {}));
    }),
    { numRuns: 300 },
  );
});
