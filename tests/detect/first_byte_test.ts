/** Who is left by a connection's first byte. */
import { assert, assertEquals } from "@std/assert";
import { BUILTINS } from "../../src/detect/builtins.ts";
import { type Detector, more } from "../../src/detect/detector.ts";
import { placesLeft } from "../../src/detect/first_byte.ts";
import { type Candidate, Identifier } from "../../src/detect/identify.ts";
import { OPENINGS } from "../support/openings.ts";

const CANDIDATES: readonly Candidate[] = BUILTINS.map((detector) => ({
  detector,
  needs: new Set(Object.values(detector.rules).map(({ fact }) => fact)),
}));

Deno.test("few built-in detectors are left by a byte, and in their order", () => {
  const left = Array.from(
    { length: 256 },
    (_, byte) => placesLeft(CANDIDATES, Uint8Array.of(byte)),
  );
  for (const places of left) {
    assertEquals(places, [...places].sort((a, b) => a - b));
    assert(places.length < CANDIDATES.length / 2, `${places.length} are left`);
  }
});

Deno.test("a detector that is out by the first byte says no to each opening", () => {
  for (const [name, bytes] of Object.entries(OPENINGS)) {
    const left = placesLeft(CANDIDATES, bytes);
    CANDIDATES.forEach(({ detector, needs }, place) => {
      if (left.includes(place)) return;
      for (const ended of [false, true]) {
        const { kind } = detector.detect(bytes, { ended, needs });
        assertEquals(kind, "no", `${detector.name}: ${name}`);
      }
    });
  }
});

Deno.test("who is out by the first byte has said no, up to the winner", () => {
  const identifier = new Identifier(CANDIDATES);
  const found = identifier.look(OPENINGS["SSH"]!, false);
  const index = BUILTINS.findIndex(({ name }) => name === "SSH");
  assert(found.kind === "identified");
  assertEquals(found.index, index);
  assertEquals(
    identifier.verdicts.map((verdict) => verdict?.kind),
    BUILTINS.map((_, place) =>
      place < index ? "no" : place === index ? "match" : undefined
    ),
  );
});

Deno.test("a detector that is not built in is asked about connections only", () => {
  const asked: number[] = [];
  const detector: Detector = {
    ...BUILTINS[0]!,
    detect: (view) => {
      asked.push(view.length);
      return more(view.length + 1);
    },
  };
  const candidates = [{ detector, needs: new Set<string>() }];
  assertEquals(placesLeft(candidates, Uint8Array.of(0)), [0]);
  assertEquals(asked, []);
});

Deno.test("all are left while there is no byte", () => {
  assertEquals(
    placesLeft(CANDIDATES, new Uint8Array()).length,
    CANDIDATES.length,
  );
});
