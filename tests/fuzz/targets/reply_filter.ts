/**
 * What takes the acknowledgement of our SETTINGS out of a client's bytes: the
 * same however they are cut, and nothing else is taken.
 *
 * @module
 */
import { SETTINGS_REPLY } from "../../../src/detect/protocols/http2_settings_reply.ts";
import { literals, opening, request } from "../../support/http2_frames.ts";
import { hex, wire } from "../../support/wire.ts";
import { hashOf, joined } from "../input.ts";
import { Random } from "../random.ts";
import { bucket, type FuzzTarget, type Path, Violation } from "../target.ts";

const ACK = hex("000000040100000000");
const SETTINGS = hex("00000604000000000000030000ffff");
const PREFACE = wire("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** The filter behind a reply to an HTTP/2 client. */
export function replyFilterTarget(): FuzzTarget {
  return {
    name: "reply_filter",
    seeds: [
      [wire(opening(literals(request("a"))), ACK, ACK)],
      [wire(PREFACE, SETTINGS, ACK, opening(literals(request("a"))))],
      [wire(PREFACE, SETTINGS, SETTINGS, ACK, SETTINGS, ACK)],
    ],
    tokens: [ACK, SETTINGS, PREFACE, hex("00"), hex("0400"), hex("000000")],
    maxBytes: 400,
    maxParts: 1,
    weight: 1,
    run: (input, path) => run(joined(input), path),
  };
}

function run(bytes: Uint8Array, path: Path): void {
  const random = new Random(hashOf([bytes]));
  const whole = passed(bytes, () => bytes.length);
  const cut = passed(bytes, () => 1 + random.below(12));
  if (whole.text !== cut.text || whole.done !== cut.done) {
    throw new Violation(
      "Reply filter: cuts change what is passed on",
      `${whole.text}, ${cut.text}`,
    );
  }
  const taken = bytes.length - whole.text.length / 2;
  path.add(whole.done ? 1 : 0, taken, bucket(bytes.length));
  // At the place where the bytes begin to differ an acknowledgement is left out.
  const hexes = bytes.toHex();
  let at = 0;
  while (at < whole.text.length && whole.text[at] === hexes[at]) at++;
  const rest = hexes.length - whole.text.length;
  const sound = taken === 0
    ? !whole.done
    : taken === ACK.length && whole.done &&
      whole.text.slice(at) === hexes.slice(at + rest);
  if (!sound) {
    throw new Violation(
      "Reply filter: it takes another thing",
      `${taken} bytes`,
    );
  }
}

/** What goes to the target when the bytes come in pieces of these lengths. */
function passed(
  bytes: Uint8Array,
  next: () => number,
): { text: string; done: boolean } {
  const filter = SETTINGS_REPLY.filter!();
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const end = Math.min(bytes.length, at + Math.max(1, next()));
    const chunk = bytes.slice(at, end);
    text += filter.push(chunk).toHex();
    chunk.fill(0xee);
    at = end;
  }
  return { text: text + filter.end().toHex(), done: filter.done };
}
