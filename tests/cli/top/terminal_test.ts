import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
} from "@std/assert";
import { type AdminApi, adminApi } from "../../support/admin_api.ts";
import { connectionWith } from "../../support/admin_state.ts";
import { ROOT, runPassthru } from "../../support/process.ts";
import { programTest } from "../../support/programs.ts";
import { PseudoTerminal } from "../../support/pseudo_terminal.ts";

/** Twenty connections; a client among them that sends what terminals obey. */
function twenty(): AdminApi {
  const api = adminApi();
  api.connections = Array.from(
    { length: 20 },
    (_, i) => connectionWith({ id: i + 1 }),
  );
  api.connections.push(
    connectionWith({ id: 21, facts: { sni: "\x1b[2J\x1b[31m\u4e2d" } }),
  );
  return api;
}

/** Top with the permissions that it needs, and no more. */
function topOf(api: AdminApi): string {
  const deno = `'${Deno.execPath()}' run --no-prompt`;
  return `${deno} --allow-net=${api.address} '${ROOT}main.ts' top --admin ${api.address} --interval 100ms`;
}

/** The same, which prints first which process it is. */
function withPid(command: string): string {
  return `sh -c 'echo "pid $$"; exec "$@"' sh ${command}`;
}

function pidOf({ screen }: PseudoTerminal): number {
  return Number(/^pid (\d+)/m.exec(screen.main)![1]);
}

/** The terminal is as it was: settings, screen, cursor and modes. */
async function assertRestored(terminal: PseudoTerminal, code = 0) {
  const ended = await terminal.end();
  assertEquals(ended.code, code);
  assertNotEquals(ended.before, "");
  assertEquals(ended.after, ended.before);
  const { alternate, cursor, wrap, marksPaste } = terminal.screen;
  assertEquals(
    { alternate, cursor, wrap, marksPaste },
    { alternate: false, cursor: true, wrap: true, marksPaste: false },
  );
}

const NEEDS = ["script", "stty", "sh"];

programTest(
  NEEDS,
  "top in a terminal: draws, filters, resizes, and quits without a trace",
  async () => {
    await using api = twenty();
    await using terminal = new PseudoTerminal(topOf(api));
    const text = await terminal.shows(/LIVE CONNECTIONS {2}21 [^]*p pause$/);
    assertMatch(text, /\\u001b\[2J\\u00/);
    assertEquals(text.split("\n").length, 24);
    const { alternate, cursor, wrap, marksPaste } = terminal.screen;
    assertEquals(
      { alternate, cursor, wrap, marksPaste },
      { alternate: true, cursor: false, wrap: false, marksPaste: true },
    );
    await terminal.type("/app17");
    await terminal.shows(/ 1 with "app17"[^]*filter: app17_$/);
    await terminal.type("\r\x1b[B");
    await terminal.shows(/^> 192\.0\.2\.17:40017 /m);
    await terminal.resize(40, 12);
    const narrow = await terminal.shows(/^> TLS +app17\.example~/m);
    assert(narrow.split("\n").every((line) => line.length <= 40));
    await terminal.type("q");
    await assertRestored(terminal);
  },
);

programTest(
  NEEDS,
  "top in a terminal: Ctrl-C quits, Escape only goes back",
  async () => {
    await using api = twenty();
    await using terminal = new PseudoTerminal(topOf(api));
    await terminal.shows(/LIVE CONNECTIONS {2}21 /);
    await terminal.type("?");
    await terminal.shows(/Ctrl-C +quit/);
    await terminal.type("\x1b");
    await terminal.shows(/LIVE/);
    await terminal.type("\x03");
    await assertRestored(terminal);
  },
);

for (const signal of ["TERM", "HUP", "INT"]) {
  programTest(
    NEEDS,
    `top in a terminal: SIG${signal} gives it back`,
    async () => {
      await using api = twenty();
      await using terminal = new PseudoTerminal(withPid(topOf(api)));
      await terminal.shows(/LIVE CONNECTIONS {2}21 /);
      Deno.kill(pidOf(terminal), `SIG${signal}` as Deno.Signal);
      await assertRestored(terminal);
    },
  );
}

programTest(
  NEEDS,
  "top in a terminal: after a stop it draws all again",
  async () => {
    await using api = twenty();
    await using terminal = new PseudoTerminal(withPid(topOf(api)));
    await terminal.shows(/LIVE CONNECTIONS {2}21 [^]*p pause$/);
    // Somebody else draws, and changes the modes.
    terminal.screen.write("\x1b[2J\x1b[?25h\x1b[?1049l");
    Deno.kill(pidOf(terminal), "SIGCONT");
    await terminal.shows(/LIVE CONNECTIONS {2}21 /);
    assertEquals(terminal.screen.cursor, false);
    await terminal.type("q");
    await assertRestored(terminal);
  },
);

programTest(
  NEEDS,
  "top in a terminal: no colours with NO_COLOR, some without",
  async () => {
    await using api = twenty();
    for (const NO_COLOR of ["1", ""]) {
      await using terminal = new PseudoTerminal(topOf(api), { NO_COLOR });
      await terminal.shows(/LIVE CONNECTIONS {2}21 /);
      assertEquals(terminal.screen.coloured, NO_COLOR === "");
      await terminal.type("q");
      await assertRestored(terminal);
    }
  },
);

programTest(
  NEEDS,
  "top in a terminal: a server that is not there is said on the ordinary screen",
  async () => {
    const api = twenty();
    await api[Symbol.asyncDispose]();
    await using terminal = new PseudoTerminal(topOf(api));
    await assertRestored(terminal, 1);
    assertMatch(
      terminal.screen.main,
      /^Cannot ask 127\.0\.0\.1:\d+: nothing/m,
    );
  },
);

Deno.test("top: with a pipe instead of a terminal it says what to use", async () => {
  await using api = twenty();
  const { code, stdout, stderr } = await runPassthru([
    ...["top", "--admin", api.address],
  ]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^Cannot show a full screen: .*"passthru status"/);
});
