import { assert, assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import type { ConnectionView } from "../../../src/admin/api.ts";
import { cellWidth } from "../../../src/cli/top/cells.ts";
import { drawFrame } from "../../../src/cli/top/frame.ts";
import type { Frame, Size, TopModel } from "../../../src/cli/top/model.ts";
import { ratesOf } from "../../../src/cli/top/rates.ts";
import { FIRST_VIEW, type TopView } from "../../../src/cli/top/view.ts";
import {
  connectionWith,
  NOW_MS,
  stateWith,
} from "../../support/admin_state.ts";
import { assertFast } from "../../support/fast.ts";

/** What is drawn, trimmed on the right. */
function drawn(frame: Frame): string {
  return frame.lines.map(({ text }) => text.trimEnd()).join("\n");
}

function modelWith(
  connections: readonly ConnectionView[],
  fields: Partial<TopModel> & { readonly on?: Partial<TopView> } = {},
): TopModel {
  const { on = {}, ...rest } = fields;
  return {
    host: "127.0.0.1:9901",
    state: stateWith(),
    rates: null,
    list: { matched: connections.length, connections },
    problem: null,
    view: { ...FIRST_VIEW, ...on },
    ...rest,
  };
}

/** Every line is printable and fits, and there are as many as rows. */
function assertFits(frame: Frame, { columns, rows }: Size): void {
  assertEquals(frame.lines.length, rows);
  for (const { text } of frame.lines) {
    assertNotMatch(text, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    assert(cellWidth(text) <= columns, `${columns}: ${text}`);
  }
}

const HOSTILE =
  "\x1b[2J\x1b]0;title\x07\x9b31m\r\n\u202e\u2028\u4e2d\u{1f600}\u0301<b>";

const THREE = [
  connectionWith({ id: 3 }),
  connectionWith({
    id: 2,
    client: "[2001:db8::1234:5678]:54321",
    protocol: "HTTP",
    facts: { method: "GET", path: "/a b", host: "www.example.com" },
    rule: "HTTP/HOST www.example.com",
    target: "127.0.0.1:8080",
    bytes_up: 5,
    bytes_down: 1_234_567_890,
    duration_seconds: 3_700,
  }),
  connectionWith({
    id: 1,
    phase: "peeking",
    protocol: null,
    facts: {},
    rule: null,
    target: null,
    bytes_up: 0,
    bytes_down: 0,
    duration_seconds: 0.25,
  }),
];

Deno.test("top at 80 columns: totals, listeners, targets, connections and keys", () => {
  const before = stateWith({ now: NOW_MS - 2_000 });
  const after = stateWith({
    total: {
      active: 14,
      connections: 34_573,
      bytes_up: 34_567_000 + 2_400_000,
      bytes_down: 34_567 * 50_000 + 20_000_000,
    },
    listeners: before.listeners.map((listener) => ({
      ...listener,
      connections: listener.connections + 30,
    })),
  });
  const model = modelWith(THREE, {
    state: after,
    rates: ratesOf(before, after),
    on: { selected: 2, row: 1 },
  });
  const frame = drawFrame(model, { columns: 80, rows: 24 });
  assertFits(frame, { columns: 80, rows: 24 });
  assertEquals(drawn(frame), WIDTH_80);
  assertEquals(
    frame.lines.map(({ style }) => style).filter((style) => style !== "plain"),
    [...["good", "header", "bad", "title", "header", "selected", "header"]],
  );
});

const WIDTH_80 =
  `ready  up 3d04h  2 workers  generation 2  127.0.0.1:9901  passthru 0.1.0
14 open  3.0 conn/s  1.2 MB/s up  10 MB/s down  since start: 34573 connections
         LISTENER OR TARGET         HEALTH    OPEN CONN/S    UP/S  DOWN/S FAILED
listener :443                                   12     15     0 B     0 B      3
listener 127.0.0.1:0                             2     15     0 B     0 B      0
target   10.0.0.5:443               failing      0    0.0     0 B     0 B     85
target   127.0.0.1:8443             up          14    0.0     0 B     0 B      2
target   10.0.0.6:443               -            0    0.0     0 B     0 B      0
LIVE CONNECTIONS  3  by newest
  CLIENT             PROTOCOL  ASKS FOR         TARGET               DOWN   TIME
  192.0.2.3:40003    TLS       app3.example.co~ 127.0.0.1:8443     1.2 MB    12s
> [2001:db8::1234:5~ HTTP      www.example.com~ 127.0.0.1:8080     1.2 GB  1h01m
  192.0.2.1:40001    -                          -                     0 B  250ms
${"\n".repeat(9)}
? help  q quit  / filter  Enter why  x close  s order  t recent  p pause`;

Deno.test("top at 40 columns: what matters most", () => {
  const size = { columns: 40, rows: 16 };
  const frame = drawFrame(
    modelWith(THREE, { on: { selected: 2, row: 1 } }),
    size,
  );
  assertFits(frame, size);
  assertEquals(drawn(frame), WIDTH_40);
});

const WIDTH_40 = `ready  up 3d04h  2 workers  generation 2
14 open  - conn/s  - up  - down
LISTENER OR TARGET HEALTH    OPEN CONN/S
:443                           12      -
10.0.0.5:443       failing      0      -
and 3 more
LIVE CONNECTIONS  3  by newest
  PROTOCOL  ASKS FOR         DOWN   TIME
  TLS       app3.example.~ 1.2 MB    12s
> HTTP      www.example.c~ 1.2 GB  1h01m
  -                           0 B  250ms
${"\n".repeat(3)}
? help  q quit  / filter  Enter why`;

Deno.test("top at 200 columns: everything", () => {
  const size = { columns: 200, rows: 20 };
  const frame = drawFrame(modelWith(THREE), size);
  assertFits(frame, size);
  assertEquals(drawn(frame), WIDTH_200);
});

const WIDTH_200 =
  `ready  up 3d04h  2 workers  generation 2  127.0.0.1:9901  passthru 0.1.0
14 open  - conn/s  - up  - down  since start: 34567 connections  35 MB up  1.7 GB down  3 refused
         LISTENER OR TARGET                               HEALTH    OPEN CONN/S    UP/S  DOWN/S FAILED
listener :443                                                         12      -       -       -      3
target   10.0.0.5:443                                     failing      0      -       -       -     85
target   127.0.0.1:8443                                   up          14      -       -       -      2
and 2 more
LIVE CONNECTIONS  3  by newest
       ID CLIENT                          PROTOCOL  ASKS FOR                                               RULE                           TARGET                             UP   DOWN   TIME PHASE
        3 192.0.2.3:40003                 TLS       app3.example.com alpn=h2,http/1.1                      TLS/SNI *.example.com          127.0.0.1:8443                  783 B 1.2 MB    12s forwarding
        2 [2001:db8::1234:5678]:54321     HTTP      www.example.com method=GET path="/a b"                 HTTP/HOST www.example.com      127.0.0.1:8080                    5 B 1.2 GB  1h01m forwarding
        1 192.0.2.1:40001                 -                                                                -                              -                                 0 B    0 B  250ms peeking
${"\n".repeat(6)}
? help  q quit  / filter  Enter why  x close  s order  t recent  p pause`;

Deno.test("top: recent connections and how they ended, also where it is narrow", () => {
  const ended = [connectionWith({ id: 7, reason: "idle_timeout" })];
  const model = modelWith(ended, { on: { state: "recent" } });
  for (const columns of [60, 80, 200]) {
    const frame = drawFrame(model, { columns, rows: 10 });
    assertMatch(drawn(frame), /^RECENT CONNECTIONS +1 /m);
    assertMatch(drawn(frame), /^ .*ENDED BY$/m);
    assertMatch(drawn(frame), / idle_timeout$/m);
  }
});

Deno.test("top: what clients, targets and config say can steer no terminal", () => {
  const hostile = connectionWith({
    client: HOSTILE,
    proxy: HOSTILE,
    unique_id: HOSTILE,
    protocol: HOSTILE,
    facts: { sni: HOSTILE, [HOSTILE]: [HOSTILE, HOSTILE] },
    rule: HOSTILE,
    target: HOSTILE,
    name: HOSTILE,
    error: HOSTILE,
    retried: HOSTILE,
    with: HOSTILE,
  });
  const base = stateWith();
  const state = stateWith({
    version: { ...base.version, passthru: HOSTILE },
    listeners: [{ ...base.listeners[0]!, listener: HOSTILE }],
    targets: [{ ...base.targets[1]!, target: HOSTILE, note: HOSTILE }],
    config: {
      ...base.config,
      last_reload: { at: NOW_MS, ok: false, error: HOSTILE, notes: [] },
    },
  });
  const explanation = {
    bytes: 1,
    verdicts: [],
    lost: [],
    notes: [],
    text: `${HOSTILE}\n${HOSTILE}`,
  };
  const detail = { connection: hostile, explanation };
  const views: Partial<TopView>[] = [
    {},
    { selected: 1 },
    { mode: "closing", selected: 1 },
    { mode: "detail", selected: 1, detail },
    { message: HOSTILE },
  ];
  for (const on of views) {
    for (const columns of [40, 80, 200]) {
      const size = { columns, rows: 40 };
      const model = modelWith([hostile], { state, on, problem: HOSTILE });
      const frame = drawFrame(model, size);
      assertFits(frame, size);
      assertMatch(drawn(frame), /\\u001b\[2J|\\u001b~|~$/m);
      assertMatch(drawn(frame), /^[\x20-\x7e\n]*$/);
    }
  }
});

Deno.test("top: 4 000 connections, a page at a time, drawn in no time", () => {
  const many = Array.from(
    { length: 4_000 },
    (_, i) => connectionWith({ id: 4_000 - i }),
  );
  const size = { columns: 200, rows: 60 };
  const { pageRows } = drawFrame(modelWith(many), size);
  assert(pageRows > 20);
  for (const row of [0, pageRows - 1, pageRows, 3_999]) {
    const selected = 4_000 - row;
    assertFast(`the frame at row ${row}`, 100, () => {
      const frame = drawFrame(modelWith(many, { on: { selected, row } }), size);
      assertFits(frame, size);
      const [line] = frame.lines.filter(({ style }) => style === "selected");
      assertMatch(line!.text, new RegExp(`^> +${selected} `));
    });
  }
  const list = { matched: 4_000, connections: many.slice(0, 200) };
  const frame = drawFrame(modelWith([], { list }), size);
  assertMatch(
    drawn(frame),
    /^LIVE CONNECTIONS {2}4000 {2}by newest {2}the first 200$/m,
  );
});

Deno.test("top: any size is drawn, as many lines as there are rows", () => {
  const views: Partial<TopView>[] = [
    {},
    { mode: "help" },
    { mode: "filter", filter: "\u4e2d".repeat(50) },
    { mode: "closing", selected: 2, row: 1 },
    { mode: "detail", selected: 2 },
  ];
  for (const on of views) {
    for (let columns = 1; columns < 90; columns += 4) {
      for (let rows = 1; rows < 40; rows += 3) {
        const size = { columns, rows };
        assertFits(drawFrame(modelWith(THREE, { on }), size), size);
      }
    }
  }
});

Deno.test("top: trouble is said in the first lines", () => {
  const base = stateWith();
  const state = stateWith({
    status: "draining",
    config: {
      ...base.config,
      notes: [
        { place: "a:1:1", severity: "warning", message: "x" },
        { place: "a:1:1", severity: "info", message: "x" },
      ],
      last_reload: { at: NOW_MS, ok: false, error: "bad\nmore", notes: [] },
    },
  });
  const problem = "Cannot ask 127.0.0.1:9901: no answer within 5 s";
  const frame = drawFrame(modelWith([], { state, problem }), {
    columns: 100,
    rows: 24,
  });
  assertEquals(frame.lines.slice(2, 5), [
    { text: `${problem}; trying again`, style: "bad" },
    { text: "last reload failed at 2026-11-22 16:47:58Z: bad", style: "bad" },
    { text: "1 warning about the config: passthru status", style: "bad" },
  ]);
  assertEquals(frame.lines[0]!.style, "bad");
  assertMatch(frame.lines[0]!.text, /^draining {2}up /);
});

Deno.test("top: an explanation is folded to the width, and scrolls", () => {
  const connection = THREE[1]!;
  const text = `opening: 41 bytes\n${"x".repeat(100)}\nend\n`;
  const explanation = { bytes: 41, verdicts: [], lost: [], notes: [], text };
  const on = {
    mode: "detail",
    selected: 2,
    detail: { connection, explanation },
  } as const;
  const size = { columns: 60, rows: 40 };
  const frame = drawFrame(modelWith(THREE, { on }), size);
  assertMatch(
    drawn(frame),
    new RegExp(
      [
        "^connection  2, forwarding after 1h01m",
        "client      \\[2001:db8::1234:5678\\]:54321",
        "listener    :443",
        "protocol    HTTP",
        'asks for    www\\.example\\.com method=GET path="/a b"',
      ].join("\n"),
      "m",
    ),
  );
  assertMatch(drawn(frame), /^opening: 41 bytes\nx{60}\nx{40}\nend$/m);
  assertEquals(frame.hiddenLines, 0);
  const low = drawFrame(modelWith(THREE, { on: { ...on, scroll: 99 } }), {
    columns: 60,
    rows: 10,
  });
  assert(low.hiddenLines > 0);
  assertMatch(drawn(low), /\nend\nEsc back/);
  const empty = { ...on, detail: { connection, explanation: null } };
  assertMatch(
    drawn(drawFrame(modelWith(THREE, { on: empty }), size)),
    /^It has sent nothing yet, or its first bytes were not kept\.$/m,
  );
});
