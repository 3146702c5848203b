import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { adminApi } from "../../support/admin_api.ts";
import { NOW_MS, stateWith } from "../../support/admin_state.ts";
import { runCli } from "../../support/cli.ts";

Deno.test("status: everything that is known, as text", async () => {
  await using api = adminApi();
  api.state = stateWith({
    crashes: 1,
    blocked_workers: 2,
    old_generations: [
      {
        generation: 1,
        connections: 2,
        workers: 1,
        replaced_at: NOW_MS - 90_000,
        closes_at: null,
      },
      {
        generation: 2,
        connections: 1,
        workers: 1,
        replaced_at: NOW_MS - 5_000,
        closes_at: NOW_MS + 25_000,
      },
    ],
    log: { level: "info", format: "text", dropped: 57 },
    config: {
      ...api.state.config,
      notes: [{
        place: "cfg.jsonc:6:9",
        severity: "warning",
        message: 'Rule "SNI a" can never win',
      }],
      last_reload: {
        at: NOW_MS - 5_000,
        ok: false,
        error: "cfg.jsonc:1:2: Expected a name",
        notes: [],
      },
    },
  });
  const { code, stdout, stderr } = await runCli(
    ...["status", "--admin", api.address],
  );
  assertEquals([code, stderr], [0, ""]);
  assertEquals(api.asked, ["GET /api/state?config=no"]);
  assertEquals(
    stdout,
    `passthru 0.1.0, pid 4242, deno 2.9.6, v8 15.0.245.2
ready, up 3d04h, generation 2, 2 workers, 1 worker crashed, 2 workers blocked, log info as text, 57 log lines dropped
config cfg.jsonc, loaded 2026-11-22 16:46:58Z
last reload failed at 2026-11-22 16:47:53Z: cfg.jsonc:1:2: Expected a name

LISTENER     BOUND TO         OPEN  CONNECTIONS      UP    DOWN  REFUSED
:443         [::]:443           12        34000   34 MB  1.7 GB        3
127.0.0.1:0  127.0.0.1:40123     2          567  567 kB   28 MB        0
all                             14        34567   35 MB  1.7 GB        3

PROTOCOL      OPEN  CONNECTIONS     UP    DOWN
TLS             13        30000  30 MB  1.5 GB
unidentified     1           67  67 kB  3.4 MB

TARGET          HEALTH                       OPEN  CONNECTIONS      UP    DOWN  DIALS  FAILED  NOTE
127.0.0.1:8443  up                             14        30000   30 MB  1.5 GB  30002       2
10.0.0.5:443    failing: connection refused     0            5  5.0 kB  250 kB     90      85  dials failed; tried again in 3 s
10.0.0.6:443    not checked                     0            0     0 B     0 B      0       0

WORKER  STATE     GENERATION  OPEN
0       draining           1     2
0       serving            2    12

OLD GENERATION  WORKERS  OPEN  REPLACED   CLOSED
1                     1     2  1m30s ago  never
2                     1     1  5.0s ago   in 25s

ENDED        CONNECTIONS
client_eof         30000
target_eof          4000
dial_failed           85

cfg.jsonc:6:9: warning: Rule "SNI a" can never win
`,
  );
});

Deno.test("status: what has nothing to say is left out, and a terminal obeys nothing", async () => {
  await using api = adminApi();
  api.state = stateWith({
    status: "draining",
    listeners: [],
    protocols: [],
    targets: [{
      ...api.state.targets[2]!,
      target: "b\u00fcro\x1b[2J\u202e:1",
    }],
    workers: [],
    closed: {},
  });
  const { stdout } = await runCli("status", "--admin", api.address);
  assertMatch(stdout, /^draining, up 3d04h, generation 2, 0 workers, log/m);
  assertMatch(stdout, /^b\\u00fcro\\u001b\[2J\\u202e:1 {2}not checked {2}/m);
  assertMatch(stdout, /^[\x20-\x7e\n]*$/);
  assertNotMatch(stdout, /PROTOCOL|WORKER|ENDED/);
});

Deno.test("status --json: the state as the server gives it, nothing in it unprintable", async () => {
  await using api = adminApi();
  const text = "// \x9b31m\u00e4\n{}";
  api.state = stateWith({ config: { ...api.state.config, text } });
  const { code, stdout } = await runCli(
    ...["status", "--json", "--admin", `http://${api.address}/`],
  );
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout), api.state);
  assertMatch(stdout, /^[\x20-\x7e\n]*$/);
});

Deno.test("status: who does not answer as an admin server is named, with 1", async () => {
  await using api = adminApi();
  const html = { "content-type": "text/html" };
  const answers: [() => Response, string][] = [
    [
      () => new Response("<html>", { headers: html }),
      `Cannot ask ${api.address}: the answer is not from passthru's admin API\n`,
    ],
    [
      () => Response.json({ nothing: 1 }),
      `Cannot ask ${api.address}: the answer is not from passthru's admin API\n`,
    ],
    [
      () => Response.json({ error: "no\x1b[2J" }, { status: 403 }),
      `${api.address} refuses: no\\u001b[2J\n`,
    ],
    [
      () => new Response("", { status: 302, headers: { location: "/x" } }),
      `${api.address} refuses: it answers 302\n`,
    ],
  ];
  for (const [answer, message] of answers) {
    api.answer = answer;
    const { code, stdout, stderr } = await runCli(
      ...["status", "--admin", api.address],
    );
    assertEquals({ code, stdout, stderr }, {
      code: 1,
      stdout: "",
      stderr: message,
    });
  }
});
