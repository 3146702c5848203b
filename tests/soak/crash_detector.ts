/** A detector that lets its worker die: the fault that a soak causes by it. */
import { type Detector, match, more, NO } from "@passthru/passthru/detector";

const WORD = new TextEncoder().encode("CRASH\n");

const detector: Detector = {
  name: "CRASH",
  summary: "The word that ends a worker",
  maxBytes: WORD.length,
  rules: {},
  detect(view) {
    const length = Math.min(view.length, WORD.length);
    for (let at = 0; at < length; at++) {
      if (view[at] !== WORD[at]) return NO;
    }
    if (view.length < WORD.length) return more(WORD.length);
    // Outside of the call: what `detect` itself throws is caught.
    queueMicrotask(() => {
      throw new Error("The soak ends this worker");
    });
    return match({});
  },
};

export default detector;
