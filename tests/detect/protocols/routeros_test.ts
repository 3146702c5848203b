import { routeros } from "../../../src/detect/protocols/routeros.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { vector, wire } from "../../support/wire.ts";

/** A sentence of words. */
function sentence(...words: readonly string[]): Uint8Array {
  return wire(...words.map((word) => vector(1, wire(word))), 0);
}

testDetector(routeros, {
  positive: matching({
    "a login": [sentence("/login", "=name=admin", "=password=x"), {
      user: "admin",
    }],
    "a question for the challenge": [sentence("/login")],
    "with a tag, and what follows": [
      wire(sentence("/login", ".tag=1", "=name=a"), 5),
      { user: "a" },
    ],
  }),
  negative: others({
    "another sentence": sentence("/quit"),
    "a word that is none": sentence("/login", "name"),
    "a long word": wire("\x06/login", 0x80),
    "a sentence that does not end": wire(
      "\x06/login",
      ...Array.from(
        { length: 20 },
        () => vector(1, wire("=" + "a".repeat(70))),
      ),
    ),
  }),
});
