import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { parseArguments } from "../../../src/cli/options.ts";
import { top } from "../../../src/cli/top/top.ts";
import { type AdminApi, adminApi } from "../../support/admin_api.ts";
import { connectionWith } from "../../support/admin_state.ts";
import { runCli } from "../../support/cli.ts";
import { FakeTerminal } from "../../support/fake_terminal.ts";
import { until, within } from "../../support/wait.ts";

/** Runs top on a terminal of the test; to be quit by the test. */
function start(
  api: AdminApi,
  terminal: FakeTerminal,
  ...more: string[]
): Promise<number> {
  return top(
    parseArguments(["top", "--admin", api.address, ...more], COMMANDS),
    { out: () => {}, err: () => {} },
    terminal.open,
  );
}

/** Every look asks two questions. */
function isEven(count: number): boolean {
  return count % 2 === 0;
}

/** An API with so many live connections, the newest has the highest number. */
function apiWith(count: number): AdminApi {
  const api = adminApi();
  api.connections = Array.from(
    { length: count },
    (_, i) => connectionWith({ id: i + 1 }),
  );
  return api;
}

async function quit(running: Promise<number>, terminal: FakeTerminal) {
  terminal.type("q");
  assertEquals(await within("top to end", running), 0);
  assertEquals(terminal.disposals, 1);
}

Deno.test("top: shows, looks again, filters while it is typed, and quits", async () => {
  await using api = apiWith(30);
  const terminal = new FakeTerminal();
  const running = start(api, terminal, "--interval", "100ms");
  await terminal.shows(/LIVE CONNECTIONS {2}30 {2}by newest/);
  api.connections.push(connectionWith({ id: 31 }));
  await terminal.shows(/LIVE CONNECTIONS {2}31 /);
  terminal.type("/app1");
  await terminal.shows(/ 11 with "app1"[^]*filter: app1_$/);
  terminal.type("7.example");
  const text = await terminal.shows(/ 1 with "app17\.example"/);
  assertMatch(text, /192\.0\.2\.17:40017/);
  terminal.type("\x1b");
  await terminal.shows(/CONNECTIONS {2}31 [^]*\? help/);
  await quit(running, terminal);
});

Deno.test("top: explains and closes the connection that is selected, after a question", async () => {
  await using api = apiWith(3);
  const terminal = new FakeTerminal();
  // It looks only when a key makes it.
  const running = start(api, terminal, "--interval", "1h");
  await terminal.shows(/LIVE CONNECTIONS {2}3 /);
  terminal.type("\x1b[B\x1b[B");
  await terminal.shows(/^> 192\.0\.2\.2:40002/m);
  terminal.type("\r");
  const text = await terminal.shows(/opening: 517 bytes/);
  assertMatch(text, /^client +192\.0\.2\.2:40002$/m);
  assertMatch(text, /^ {2}TLS {2}match {2}516 \(0x00\) {2}from 192\.0\.2\.2/m);
  terminal.type("x");
  await terminal.shows(/close 2\? y yes, other keys no: 192\.0\.2\.2:/);
  terminal.type("n");
  await terminal.shows(/not closed$/);
  assertEquals(api.asked.some((line) => line.startsWith("POST")), false);
  terminal.type("xy");
  await terminal.shows(/LIVE CONNECTIONS {2}2 [^]*closed connection 2$/);
  assertEquals(
    api.asked.filter((line) => line.startsWith("POST")),
    ["POST /api/connections/2/close"],
  );
  // The one in its place is selected, and gone by itself meanwhile.
  await terminal.shows(/^> 192\.0\.2\.1:40001/m);
  api.connections = [];
  terminal.type("xy");
  await terminal.shows(/connection 1 has ended$/);
  await quit(running, terminal);
});

Deno.test("top: shows recent ones, other orders, help, and nothing new in a pause", async () => {
  await using api = apiWith(2);
  api.connections.push(
    connectionWith({ id: 9, reason: "client_eof", phase: "closed" }),
  );
  const terminal = new FakeTerminal({ columns: 100, rows: 30 });
  const running = start(api, terminal, "--interval", "100ms");
  await terminal.shows(/LIVE CONNECTIONS {2}2 /);
  terminal.type("tb");
  await terminal.shows(/RECENT CONNECTIONS {2}1 {2}by bytes[^]*client_eof/);
  terminal.type("?");
  await terminal.shows(/Ctrl-C +quit/);
  terminal.type("\x1b");
  await terminal.shows(/RECENT/);
  terminal.type("tp");
  await terminal.shows(/LIVE CONNECTIONS {2}2 {2}by bytes {2}PAUSED/);
  await until("no look", () => isEven(api.asked.length) ? true : null);
  const asked = api.asked.length;
  // Somebody else looks on meanwhile.
  await using other = apiWith(1);
  const beside = new FakeTerminal();
  const watching = start(other, beside, "--interval", "100ms");
  await until("looks", () => other.asked.length > 10 ? true : null);
  assertEquals(api.asked.length, asked);
  terminal.type("p");
  await until("looks", () => api.asked.length > asked ? true : null);
  await quit(watching, beside);
  await quit(running, terminal);
});

Deno.test("top: draws anew for another size, and only what changes otherwise", async () => {
  await using api = apiWith(100);
  const terminal = new FakeTerminal();
  const running = start(api, terminal, "--interval", "100ms");
  await terminal.shows(/LIVE CONNECTIONS {2}100 /);
  terminal.size = { columns: 40, rows: 12 };
  terminal.handlers!.onChange();
  await until(
    "40 columns",
    () => terminal.screen.lines.length === 12 ? true : null,
  );
  assert(terminal.screen.lines.every((line) => line.length <= 40));
  const [writes, asked] = [terminal.writes, api.asked.length];
  await until("looks", () => api.asked.length > asked + 6 ? true : null);
  assertEquals(terminal.writes, writes);
  terminal.type("\x0c");
  await until("all drawn", () => terminal.writes > writes ? true : null);
  await quit(running, terminal);
});

Deno.test("top: a server that goes away is said, and found again", async () => {
  await using api = apiWith(1);
  const terminal = new FakeTerminal();
  const running = start(api, terminal, "--interval", "100ms");
  await terminal.shows(/LIVE CONNECTIONS {2}1 /);
  api.answer = () => Response.json({ error: "no answer" }, { status: 503 });
  await terminal.shows(
    /^127\.0\.0\.1:\d+ refuses: no answer; trying again$[^]*LIVE CONNECTIONS {2}1 /m,
  );
  api.answer = null;
  await terminal.shows(/^(?![^]*trying again)[^]*LIVE CONNECTIONS/);
  await quit(running, terminal);
});

Deno.test("top: ends when the terminal goes, when a signal comes, and while it waits for an answer", async () => {
  const ends: ((terminal: FakeTerminal) => void)[] = [
    (terminal) => terminal.hangUp(),
    (terminal) => terminal.handlers!.onStop(),
    (terminal) => terminal.type("\x03"),
    (terminal) => {
      terminal.gone = true;
      terminal.type("?");
    },
  ];
  for (const end of ends) {
    await using api = apiWith(1);
    const held = Promise.withResolvers<Response>();
    const terminal = new FakeTerminal();
    const running = start(api, terminal, "--interval", "100ms");
    await terminal.shows(/LIVE CONNECTIONS {2}1 /);
    api.answer = () => held.promise;
    const asked = api.asked.length;
    await until("a look", () => api.asked.length > asked ? true : null);
    end(terminal);
    assertEquals(await within("top to end", running), 0);
    assertEquals(terminal.disposals, 1);
    held.resolve(new Response());
  }
});

Deno.test("top: a defect gives the terminal back before it is reported", async () => {
  await using api = apiWith(1);
  const terminal = new FakeTerminal();
  const running = start(api, terminal, "--interval", "1h");
  await terminal.shows(/LIVE/);
  terminal.handlers!.onChange();
  Object.defineProperty(terminal, "size", {
    get: () => {
      throw new RangeError("a defect");
    },
  });
  terminal.handlers!.onChange();
  await assertRejects(() => within("top to end", running), Error, "a defect");
  assertEquals(terminal.disposals, 1);
});

Deno.test("top: without a terminal, a server or a sane interval it says so", async () => {
  await using api = apiWith(1);
  const parsed = parseArguments(["top", "--admin", api.address], COMMANDS);
  assertEquals(
    (await assertRejects(
      () => top(parsed, { out: () => {}, err: () => {} }, () => null),
      Error,
    )).message,
    'Cannot show a full screen: standard input and output are not a terminal. "passthru status" prints the state once',
  );
  const { code, stderr } = await runCli("top", "--interval", "50ms");
  assertEquals(code, 2);
  assertMatch(
    stderr,
    /^Invalid value of "--interval": found "50ms", expected/,
  );
  api.token = "x";
  const terminal = new FakeTerminal();
  await assertRejects(
    () => start(api, terminal),
    Error,
    " refuses: it requires the token",
  );
  assertEquals(terminal.handlers, null);
});
