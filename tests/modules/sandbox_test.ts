/** A detector module in its sandbox answers as it would anywhere. */
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStrictEquals,
} from "@std/assert";
import greeter from "../../configs/detectors/greeter.ts";
import { openSandbox } from "../../src/modules/sandbox.ts";

const text = (text: string) => new TextEncoder().encode(text);
const fixture = (name: string) =>
  new URL(`fixtures/${name}`, import.meta.url).href;
const GREETER = {
  name: "GREETER",
  url: new URL("../../configs/detectors/greeter.ts", import.meta.url).href,
};

Deno.test("sandbox: the stand-in describes, parses, tests and detects as the detector itself", async () => {
  const sandbox = await openSandbox(GREETER);
  try {
    const { detector } = sandbox;
    for (const field of ["name", "summary", "maxBytes"] as const) {
      assertStrictEquals(detector[field], greeter[field]);
    }
    const word = detector.rules["ROOM"]!;
    assertEquals(word.parse("KIT"), greeter.rules["ROOM"]!.parse("KIT"));
    const parsed = word.parse("kit*");
    assert(parsed.ok);
    assertEquals(parsed.matcher.form, "prefix");
    assertEquals(parsed.matcher.test({ room: "kitchen" }), true);
    assertEquals(parsed.matcher.test({ room: "attic" }), false);
    for (const bytes of ["", "HE", "HELO a", "HELO a b\n", "HELO a\n", "GET"]) {
      for (const ended of [false, true]) {
        const state = { ended, needs: new Set(["room"]) };
        assertEquals(
          detector.detect(text(bytes), state),
          greeter.detect(text(bytes), state),
          bytes,
        );
      }
    }
  } finally {
    sandbox.close();
  }
  assertEquals(sandbox.detector.detect(text("H"), { ended: false }), {
    kind: "malformed",
    why: "the detector threw Error: the sandbox is closed",
  });
});

Deno.test("sandbox: a detector that does not answer is given up, and said so", async () => {
  const sandbox = await openSandbox({
    name: "STUCK",
    url: fixture("stuck.ts"),
  });
  for (let i = 0; i < 2; i++) {
    assertEquals(sandbox.detector.detect(text("x"), { ended: false }), {
      kind: "malformed",
      why: "the detector threw Error: no answer within 2 s",
    });
  }
  sandbox.close();
});

Deno.test("sandbox: what cannot be loaded says why", async () => {
  const bad: [string, string, RegExp][] = [
    [
      "MINE",
      fixture("stuck.ts"),
      /its "name" is "STUCK", the config calls it "MINE"/,
    ],
    ["MINE", fixture("throwing.ts"), /the module gave up/],
    [
      "MINE",
      new URL("../../src/errors.ts", import.meta.url).href,
      /no detector as its default export/,
    ],
  ];
  for (const [name, url, why] of bad) {
    assertMatch(
      (await assertRejects(() => openSandbox({ name, url }), Error)).message,
      why,
    );
  }
});
