/**
 * A detector for GREETER, a protocol made up for this example. A client opens
 * with one line:
 *
 *     HELO name room
 *
 * for instance `HELO ada kitchen`, ended by a line feed. The config can route by
 * the room (see `../detector_module.jsonc`).
 */
import {
  type Detector,
  malformed,
  match,
  more,
  NO,
  textWord,
} from "@passthru/passthru/detector";

const START = new TextEncoder().encode("HELO ");
const LF = 0x0a;

const greeter: Detector = {
  name: "GREETER",
  summary: "a line such as HELO ada kitchen",
  maxBytes: 128,
  // Shown by "passthru detectors GREETER -c FILE"; may be left out.
  docs: {
    firstBytes: "`HELO ` name SP room LF",
    facts: {
      name: "The name, in lower case.",
      room: "The room, in lower case.",
    },
    source: [{ text: "made up for this example" }],
  },
  rules: {
    // "ROOM kitchen" and "ROOM kit*" in the config test the fact `room`.
    ROOM: textWord("room", {
      pattern: /^[a-z]+$/,
      expected: "a room's name in lower case",
    }, { example: "kitchen" }),
  },
  detect(view) {
    // 1. "no" at the first byte that rules the protocol out.
    for (let i = 0; i < START.length && i < view.length; i++) {
      if (view[i] !== START[i]) return NO;
    }
    // 2. "more" while it cannot be told: ask again with one byte more.
    const end = view.subarray(0, this.maxBytes).indexOf(LF);
    if (end < 0) {
      return view.length < this.maxBytes ? more(view.length + 1) : NO;
    }
    // 3. "match" with what was learnt, or "malformed": never a match with
    // facts that the bytes do not bear out.
    const line = new TextDecoder().decode(view.subarray(START.length, end));
    const words = /^([a-z]+) ([a-z]+)$/.exec(line);
    return words === null
      ? malformed("expected a name and a room after HELO")
      : match({ name: words[1]!, room: words[2]! });
  },
};

export default greeter;
