import { assertEquals } from "@std/assert";
import {
  type DatagramDetector,
  type Datagrams,
  type Detector,
  malformed,
  match,
  more,
  moreDatagrams,
  NO,
  type Verdict,
} from "../../src/detect/detector.ts";
import { Identifier } from "../../src/detect/identify.ts";

/** A detector that says those verdicts, by the length of the view. */
function scripted(verdicts: Record<number, Verdict>): {
  candidate: { detector: Detector; needs: ReadonlySet<string> };
  asked: number[];
} {
  const asked: number[] = [];
  const detector: Detector = {
    name: "SCRIPTED",
    summary: "",
    maxBytes: 100,
    rules: {},
    detect(view) {
      asked.push(view.length);
      return verdicts[view.length] ?? more(view.length + 1);
    },
  };
  return { candidate: { detector, needs: new Set(["host"]) }, asked };
}

const VIEW = new Uint8Array(10);
const YES = match({ host: "a" });

Deno.test("Identifier lets no match win before an earlier candidate is out", () => {
  const first = scripted({ 4: NO });
  const second = scripted({ 2: YES });
  const identifier = new Identifier([first.candidate, second.candidate]);
  assertEquals(identifier.look(VIEW.subarray(0, 2), false), {
    kind: "undecided",
    atLeast: 3,
  });
  assertEquals(identifier.look(VIEW.subarray(0, 4), false), {
    kind: "identified",
    index: 1,
    facts: { host: "a" },
  });
});

Deno.test("Identifier passes over malformed as over no", () => {
  const first = scripted({ 2: malformed("broken") });
  const second = scripted({ 2: YES });
  const identifier = new Identifier([first.candidate, second.candidate]);
  const found = identifier.look(VIEW.subarray(0, 2), false);
  assertEquals(found.kind, "identified");
  assertEquals(identifier.verdicts[0], malformed("broken"));
});

Deno.test("Identifier asks again only from the length asked for", () => {
  const { candidate, asked } = scripted({ 1: more(5), 5: YES });
  const identifier = new Identifier([candidate]);
  for (let length = 1; length <= 5; length++) {
    identifier.look(VIEW.subarray(0, length), false);
  }
  assertEquals(asked, [1, 5]);
});

Deno.test("Identifier does not ask again who has said no", () => {
  const first = scripted({ 1: NO });
  const second = scripted({ 3: YES });
  const identifier = new Identifier([first.candidate, second.candidate]);
  for (let length = 1; length <= 3; length++) {
    identifier.look(VIEW.subarray(0, length), false);
  }
  assertEquals(first.asked, [1]);
});

Deno.test("Identifier counts more as no at the end", () => {
  const first = scripted({ 3: more(9) });
  const second = scripted({ 3: YES });
  const both = new Identifier([first.candidate, second.candidate]);
  assertEquals(both.look(VIEW.subarray(0, 3), true).kind, "identified");
  const alone = new Identifier([first.candidate]);
  assertEquals(alone.look(VIEW.subarray(0, 3), true).kind, "unidentified");
});

const REPLY = { bytes: new Uint8Array([1]), after: 0, request: "A request" };

Deno.test("Identifier names the reply that the first undecided candidate asks for", () => {
  const first = scripted({ 2: more(3), 3: NO });
  const second = scripted({ 2: more(3, REPLY), 3: more(4, REPLY) });
  const third = scripted({ 2: YES });
  const identifier = new Identifier([
    first.candidate,
    second.candidate,
    third.candidate,
  ]);
  assertEquals(identifier.look(VIEW.subarray(0, 2), false), {
    kind: "undecided",
    atLeast: 3,
  });
  assertEquals(identifier.look(VIEW.subarray(0, 3), false), {
    kind: "undecided",
    atLeast: 4,
    reply: REPLY,
  });
});

Deno.test("Identifier names no reply to fewer bytes than there are, and none at the end", () => {
  const { candidate, asked } = scripted({ 2: more(5, REPLY) });
  const identifier = new Identifier([candidate]);
  const replies = [2, 3, 4].map((length) => {
    const found = identifier.look(VIEW.subarray(0, length), false);
    return found.kind === "undecided" ? found.reply : null;
  });
  assertEquals(replies, [REPLY, undefined, undefined]);
  assertEquals(asked, [2]);
  const ended = new Identifier([candidate]).look(VIEW.subarray(0, 2), true);
  assertEquals(ended, { kind: "unidentified" });
});

Deno.test("Identifier gives a detector for datagrams its progress back, once", () => {
  const given: unknown[] = [];
  const detector: DatagramDetector = {
    name: "SCRIPTED",
    transport: "udp",
    summary: "",
    maxDatagrams: 4,
    rules: {},
    detect(datagrams, { seen, progress }) {
      given.push([datagrams.length, seen, progress]);
      if (datagrams.length === 4) return YES;
      return moreDatagrams(datagrams, `after ${datagrams.length}`);
    },
  };
  const identifier = new Identifier<Datagrams>([{
    detector,
    needs: new Set(),
  }]);
  const flow = Array.from({ length: 4 }, () => VIEW);
  const undecided = { kind: "undecided" as const, atLeast: 2 };
  assertEquals(identifier.look(flow.slice(0, 1), false), undecided);
  identifier.look(flow.slice(0, 3), false);
  const found = identifier.look(flow, false);
  assertEquals(found.kind, "identified");
  assertEquals(given, [
    [1, 0, undefined],
    [3, 1, "after 1"],
    [4, 3, "after 3"],
  ]);
});
