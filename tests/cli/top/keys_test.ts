import { assertEquals } from "@std/assert";
import { type Key, KeyReader } from "../../../src/cli/top/keys.ts";
import { bytesOf } from "../../support/tcp.ts";

/** Keys by their names, text in quotes, and what is pasted in brackets. */
function shown(keys: readonly Key[]): string[] {
  return keys.map((key) =>
    key.name ?? (key.pasted ? `[${key.text}]` : `"${key.text}"`)
  );
}

/** What these pieces are, and then the end of the wait. */
function keysOf(...pieces: (string | Uint8Array)[]): string[] {
  const reader = new KeyReader();
  const keys = pieces.flatMap((piece) =>
    reader.push(typeof piece === "string" ? bytesOf(piece) : piece)
  );
  return shown([...keys, ...reader.flush()]);
}

Deno.test("keys: characters, controls and the sequences of usual terminals", () => {
  assertEquals(keysOf("q/\u00e9\u4e2d"), [
    '"q"',
    '"/"',
    '"\u00e9"',
    '"\u4e2d"',
  ]);
  assertEquals(
    keysOf("\r\n\t\x7f\x08\x03\x15\x17\x0c"),
    [
      ...["enter", "enter", "tab", "backspace", "backspace"],
      ...["ctrl_c", "ctrl_u", "ctrl_w", "ctrl_l"],
    ],
  );
  assertEquals(
    keysOf("\x1b[A\x1bOB\x1b[5~\x1b[6~\x1b[H\x1b[4~\x1bOF"),
    ["up", "down", "page_up", "page_down", "home", "end", "end"],
  );
});

Deno.test("keys: what has no meaning here is no key", () => {
  assertEquals(keysOf("\x00\x01\x1a\x1c\x9b"), []);
  assertEquals(keysOf("\x1b[1;5C\x1b[15~\x1b[?62;c\x1b[200~"), []);
  assertEquals(keysOf("\u202e\u200b\ue000"), []);
});

Deno.test("keys: a sequence or a character that comes in pieces is one key", () => {
  assertEquals(keysOf("\x1b", "[", "A"), ["up"]);
  assertEquals(keysOf("\x1b[5", "~x"), ["page_up", '"x"']);
  const [first, ...rest] = bytesOf("\u4e2d");
  assertEquals(
    keysOf(Uint8Array.of(first!), Uint8Array.from(rest)),
    ['"\u4e2d"'],
  );
});

Deno.test("keys: Escape is one when nothing follows, or no sequence does", () => {
  assertEquals(keysOf("\x1b"), ["escape"]);
  assertEquals(keysOf("\x1bq"), ["escape", '"q"']);
  assertEquals(keysOf("\x1b\x1b[B"), ["escape", "down"]);
  const reader = new KeyReader();
  assertEquals(reader.push(bytesOf("\x1b")), []);
  assertEquals(reader.waits, true);
  assertEquals(shown(reader.flush()), ["escape"]);
  assertEquals(reader.waits, false);
});

Deno.test("keys: a paste is one text, whatever is in it", () => {
  assertEquals(
    keysOf("\x1b[200~", "a\nxy\x1b[A\x03", "q\x1b[201", "~j"),
    ["[a xy [A q]", '"j"'],
  );
});
