import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Key } from "../../../src/cli/top/keys.ts";
import { press, type Pressed } from "../../../src/cli/top/press.ts";
import {
  FIRST_VIEW,
  queryOf,
  settle,
  type TopView,
} from "../../../src/cli/top/view.ts";
import { connectionWith } from "../../support/admin_state.ts";

const TEN = Array.from(
  { length: 10 },
  (_, i) => connectionWith({ id: 10 - i }),
);

/** Presses keys one after the other, with ten connections in sight. */
function pressed(
  keys: readonly (string | Key)[],
  view: TopView = FIRST_VIEW,
  connections = TEN,
): Pressed {
  const seen = { connections, pageRows: 4, hiddenLines: 5 };
  let result: Pressed = { view, effect: null };
  for (const key of keys) {
    const one = typeof key !== "string"
      ? key
      : key.length === 1
      ? { text: key }
      : { name: key } as Key;
    result = press(result.view, one, seen);
  }
  return result;
}

/** The fields of the view that differ from the first one. */
function changed(view: TopView): Partial<TopView> {
  return Object.fromEntries(
    Object.entries(view).filter(([name, value]) =>
      value !== FIRST_VIEW[name as keyof TopView]
    ),
  );
}

Deno.test("top keys: q and Ctrl-C quit, Ctrl-C even from the filter", () => {
  assertEquals(pressed(["q"]).effect, { kind: "quit" });
  assertEquals(pressed(["?", "q"]).effect, { kind: "quit" });
  assertEquals(pressed(["ctrl_c"]).effect, { kind: "quit" });
  assertEquals(pressed(["/", "ctrl_c"]).effect, { kind: "quit" });
  assertEquals(pressed(["/", "q"]).view.filter, "q");
});

Deno.test("top keys: the selection moves by rows and pages, and stays inside", () => {
  const cases: [string[], Partial<TopView>][] = [
    [["down"], { selected: 10 }],
    [["up"], { selected: 10 }],
    [["j", "j", "k", "j"], { selected: 9, row: 1 }],
    [["page_down"], { selected: 7, row: 3 }],
    [["page_down", "page_down"], { selected: 3, row: 7 }],
    [["end", "down"], { selected: 1, row: 9 }],
    [["G", "page_up"], { selected: 5, row: 5 }],
    [["end", "home", "up"], { selected: 10 }],
    [["end", "escape"], {}],
  ];
  for (const [keys, view] of cases) {
    assertEquals(changed(pressed(keys).view), view, keys.join(" "));
  }
  assertEquals(changed(pressed(["down"], FIRST_VIEW, []).view), {});
});

Deno.test("top keys: the selection stays with its connection, or in its place", () => {
  const { view } = pressed(["down", "down", "down"]);
  assertEquals(view.selected, 8);
  assertEquals(settle(view, [connectionWith({ id: 11 }), ...TEN]).row, 3);
  const gone = settle(view, TEN.filter(({ id }) => id !== 8));
  assertEquals([gone.selected, gone.row], [7, 2]);
  assertEquals(settle(view, [TEN[0]!]).selected, 10);
  assertEquals(settle(view, []).selected, null);
  // Without a selection the newest stay in sight.
  assertStrictEquals(settle(FIRST_VIEW, TEN), FIRST_VIEW);
});

Deno.test("top keys: each order has a key, and s goes round", () => {
  const sorts = ["n", "b", "u", "d", "l"].map((key) => {
    const { view, effect } = pressed([key]);
    assertEquals(effect, { kind: "refresh" });
    return queryOf(view, 200).sort;
  });
  assertEquals(
    sorts,
    ["accepted_at", "bytes", "bytes_up", "bytes_down", "duration_seconds"],
  );
  assertEquals(pressed(["s", "s"]).view.sort, 2);
  assertEquals(pressed(["l", "s"]).view.sort, 0);
});

Deno.test("top keys: live or recent, and a pause", () => {
  const { view, effect } = pressed(["down", "t"]);
  assertEquals(effect, { kind: "refresh" });
  assertEquals(changed(view), { state: "recent" });
  assertEquals(changed(pressed(["tab", "tab"]).view), {});
  assertEquals(pressed(["p"]).view.paused, true);
  assertEquals(pressed(["p", "p"]).view.paused, false);
});

Deno.test("top keys: a filter is asked for as it is typed; Enter keeps it, Escape does not", () => {
  const typed = pressed(["down", "/", "t", "l", "s", { text: " " }]);
  assertEquals(typed.effect, { kind: "refresh" });
  assertEquals(changed(typed.view), { mode: "filter", filter: "tls " });
  assertEquals(queryOf(typed.view, 200), {
    state: "live",
    sort: "accepted_at",
    q: "tls",
    limit: 200,
  });
  const kept = pressed(["enter"], typed.view).view;
  assertEquals(changed(kept), { filter: "tls " });
  assertEquals(changed(pressed(["escape"], typed.view).view), {});
  assertEquals(changed(pressed(["escape"], kept).view), {});
  const edited: (string | Key)[] = ["/", "a", { text: " " }, "b", {
    text: "\u{1f600}",
  }];
  assertEquals(pressed([...edited, "backspace"]).view.filter, "a b");
  assertEquals(pressed([...edited, "ctrl_w"]).view.filter, "a ");
  assertEquals(pressed([...edited, "ctrl_u"]).view.filter, "");
});

Deno.test("top keys: a paste is text for the filter, and no command", () => {
  const paste: Key = { text: "x y q", pasted: true };
  assertEquals(pressed(["down", paste]).view.mode, "table");
  assertEquals(pressed(["down", paste]).effect, null);
  assertEquals(pressed(["down", "x", paste]).effect, null);
  assertEquals(pressed(["/", paste]).view.filter, "x y q");
});

Deno.test("top keys: x closes only what is selected and open, and only after y", () => {
  const asked = pressed(["down", "down", "x"]);
  assertEquals([asked.view.mode, asked.effect], ["closing", null]);
  assertEquals(pressed(["y"], asked.view).effect, {
    kind: "close",
    id: 9,
  });
  for (const key of ["n", "x", "enter", "escape"]) {
    const { view, effect } = pressed([key], asked.view);
    assertEquals([view.mode, view.message, effect], [
      "table",
      "not closed",
      null,
    ]);
  }
  // It may end meanwhile: another one is never closed in its place.
  const settled = settle(asked.view, TEN.filter(({ id }) => id !== 9));
  assertEquals(pressed(["y"], settled).effect, { kind: "close", id: 9 });
  assertEquals(
    pressed(["x"]).view.message,
    "select a connection first, with the arrows",
  );
  const ended = [connectionWith({ id: 3, reason: "client_eof" })];
  const { view } = pressed(["down", "x"], FIRST_VIEW, ended);
  assertEquals([view.mode, view.message], [
    "table",
    "connection 3 has ended",
  ]);
});

Deno.test("top keys: Enter explains, Escape goes back, and x closes from there too", () => {
  const { view, effect } = pressed(["down", "enter"]);
  assertEquals(effect, { kind: "explain", id: 10 });
  assertEquals(changed(view), { mode: "detail", selected: 10 });
  assertEquals(changed(pressed(["escape"], view).view), { selected: 10 });
  assertEquals(pressed(["x"], view).view.mode, "closing");
  assertEquals(
    pressed(["enter"]).view.message,
    "select a connection first, with the arrows",
  );
});

Deno.test("top keys: what is longer than the screen scrolls to its end and no further", () => {
  const cases: [string[], number][] = [
    [["down", "j"], 2],
    [["down", "up", "up"], 0],
    [["page_down", "page_down", "k"], 4],
    [["end"], 5],
    [["end", "home"], 0],
  ];
  for (const [keys, scroll] of cases) {
    assertEquals(pressed(["?", ...keys]).view.scroll, scroll, keys.join(" "));
  }
});
