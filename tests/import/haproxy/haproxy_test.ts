import { assert, assertEquals, assertMatch } from "@std/assert";
import { importText } from "../../support/imports.ts";

const importConfig = (text: string, files?: Record<string, string>) =>
  importText(text, {
    format: "haproxy",
    files: files ?? {},
  });

/**
 * The server of a frontend with these lines, and two backends.
 *
 * @param last Lines of a backend that is for all others. Default: there is none.
 */
async function frontend(
  lines: readonly string[],
  files?: Record<string, string>,
  last?: readonly string[],
) {
  const found = await importConfig(
    `frontend f
  mode tcp
  bind 127.0.0.1:443
  tcp-request inspect-delay 5s
${lines.map((line) => `  ${line}`).join("\n")}
${last === undefined ? "" : "  default_backend last"}
backend one
  mode tcp
  server s 10.0.0.1:443
backend two
  mode tcp
  server s 10.0.0.2:443
${
      last === undefined ? "" : `backend last
  mode tcp
${last.map((line) => `  ${line}`).join("\n")}
  server s 10.0.0.3:443
`
    }`,
    files,
  );
  return { ...found, server: found.config.servers?.["127.0.0.1:443"] };
}

Deno.test("ways to compare a server name", async () => {
  const cases: [string, string][] = [
    ["-i A.example", "SNI a.example"],
    ["a.example b.example", "SNI a.example,b.example"],
    ["-m end .a.example", "SNI *.a.example"],
    ["-m end a.example", "SNI /a\\.example$/"],
    ["-m beg www.", "SNI /^www\\./"],
    ["-m sub mail", "SNI /mail/"],
    ["-m dom example.org", "SNI /(?:^|[./:?])example\\.org(?:[./:?]|$)/"],
    ["-m reg -i ^App[[:digit:]]+\\\\.X$", "SNI /^app[0-9]+\\.x$/"],
    ["-m reg (?i)^App[[:alpha:]]$", "SNI /^app[A-Za-z]$/"],
    ["-m found", "!NOSNI"],
    ["-f hosts.lst", "SNI x.example,*.y.example"],
  ];
  for (const [test, rule] of cases) {
    const method = test.startsWith("-f") ? "-i -m str" : "";
    const found = await frontend(
      [`use_backend one if { req.ssl_sni ${method} ${test} }`],
      { "hosts.lst": "# names\n\n x.example\n*.y.example\n" },
    );
    assertEquals(found.problems, [], test);
    if (test.startsWith("-f")) {
      assertMatch(Object.keys(found.server.TLS)[0]!, /^SNI x\.example/);
    } else assertEquals(Object.keys(found.server.TLS), [rule], test);
  }
});

Deno.test("protocols", async () => {
  const cases: [string, string][] = [
    ["req_ssl_hello_type 1", "TLS"],
    ["req.ssl_ver gt 3", "TLS"],
    ["req.payload(0,4) -m str SSH-", "SSH"],
    ["payload(0,7) -m bin 5353482d322e30", "SSH"],
    ["req.payload(0,4),hex -m str 53534800", "PAYLOAD_53534800"],
    ["req.payload(0,0) -m reg ^HELO", "PAYLOAD"],
    ["req.payload(4,2) -m bin cafe", "PAYLOAD_CAFE"],
    ["req.payload(0,5) -m str -i HELLO", "PAYLOAD"],
    ["rdp_cookie_cnt gt 0", "RDP"],
    ["req.len 0", "SILENT"],
    ["method POST", "HTTP"],
  ];
  for (const [test, protocol] of cases) {
    const found = await frontend([`use_backend one if { ${test} }`]);
    assertEquals(found.problems, [], test);
    const [name] = Object.keys(found.server)
      .filter((key) => !["options", "CATCHALL"].includes(key));
    assertEquals(name, protocol, test);
  }
});

Deno.test("what is known only after decryption, and what counts, is noted", async () => {
  const found = await frontend([
    "use_backend one if { ssl_fc_sni a.example }",
    "use_backend one if { nbsrv(two) lt 1 }",
    "tcp-request content reject if { src_conn_rate gt 10 }",
    "use_backend one if { req.ssl_sni -m str a.example } { ssl_fc_alpn h2 } or { req.ssl_sni b.example }",
  ]);
  assertEquals(found.problems, []);
  assertEquals(found.server.TLS, { "SNI b.example": "10.0.0.1:443" });
  for (
    const text of [
      /"ssl_fc_sni" is known only where HAProxy decrypts/,
      /"nbsrv" is about the state of servers/,
      /Not refused here: "src_conn_rate" counts connections/,
      /"ssl_fc_alpn" is known only/,
    ]
  ) assert(found.notes.some((note) => text.test(note)), `${text}`);
});

Deno.test("what is accepted before its content has come has a note", async () => {
  const found = await frontend([
    "tcp-request content accept if { src 10.0.0.0/8 }",
    "tcp-request content accept if { req.ssl_hello_type 1 }",
    "tcp-request content accept if WAIT_END",
    "use_backend one if { req.ssl_sni a.example }",
  ]);
  assertEquals(
    found.notes.filter((note) => /before their content/.test(note)).length,
    1,
  );
});

Deno.test("addresses of clients become lists of the server, or rules", async () => {
  const found = await frontend([
    "acl bad src 192.0.2.0/24 10.1/16",
    "tcp-request connection reject if bad",
    "tcp-request connection reject unless { src 10.0.0.0/8 }",
    "tcp-request content reject if { src 10.9.0.0/16 } { req.ssl_sni a.example }",
    "use_backend two if { src 10.2.0.0/255.255.0.0 }",
    "default_backend one",
  ]);
  assertEquals(found.problems, []);
  assertEquals(found.server.options, {
    detect_timeout: "5s",
    deny: ["192.0.2.0/24", "10.0.0.0/16"],
    allow: ["10.0.0.0/8"],
  });
  assertEquals(found.server.TLS, {
    "SNI a.example FROM 10.9.0.0/16": { action: "REJECT" },
    "FROM 10.2.0.0/16": "10.0.0.2:443",
    CATCHALL: "10.0.0.1:443",
  });
  assertEquals(found.server.ANYTHING, {
    "FROM 10.2.0.0/16": "10.0.0.2:443",
    CATCHALL: "10.0.0.1:443",
  });
});

Deno.test("accepted addresses, and then a reject, are a list too", async () => {
  const found = await frontend([
    "tcp-request connection accept if { src 10.0.0.0/8 } or { src 192.0.2.1 }",
    "tcp-request connection reject",
    "default_backend one",
  ]);
  assertEquals(found.problems, []);
  assertEquals(found.server.options.allow, ["10.0.0.0/8", "192.0.2.1/32"]);
  assertEquals(found.server.CATCHALL, "10.0.0.1:443");
});

Deno.test("payload that is compared without case, and with classes", async () => {
  const found = await frontend([
    "use_backend one if { req.payload(0,0) -m reg -i ^[[:alpha:]b]+.x$ }",
    "use_backend two if { req.payload(0,5) -m sub -i a.b }",
  ]);
  assertEquals(found.problems, []);
  assertEquals(found.config.detectors, {
    PAYLOAD: {
      regex: "^[a-zA-Za-zA-ZbB]+[^\\n][xX](?:\\n?$)",
      max_bytes: 1024,
    },
    PAYLOAD_2: { regex: "[aA]\\.[bB]", max_bytes: 5 },
  });
});

Deno.test("servers of a backend", async () => {
  const found = await importConfig(`
defaults
  mode tcp
  timeout connect 4s
  timeout client 1m
  timeout server 2m
  default-server inter 3s fall 2
listen l
  bind :443
  bind :8443 name other
  balance leastconn
  option tcp-check
  timeout check 500
  server a 10.0.0.1 check weight 10
  server b 10.0.0.2:+1000 check backup
  server c ipv6@[2001:db8::1]:444 check disabled
  server d /run/app.sock check
  server e 10.0.0.5:443 check ssl verify none
  server f "\${HOST}:443" check
`);
  assertEquals(found.problems, []);
  assertEquals(found.config.defaults, {
    connect_timeout: "4s",
    idle_timeout: "1m",
  });
  assertEquals(found.config.servers["0.0.0.0:8443"], {
    CATCHALL: {
      CATCHALL: {
        action: "FORWARD",
        to_addr: [
          { addr: "10.0.0.1:8443", weight: 10 },
          { addr: "10.0.0.2:9443", backup: true },
          "unix:/run/app.sock",
        ],
        balance: "least_connections",
        health: { interval: "3s", timeout: "500ms", fall: 2, rise: 2 },
      },
    },
  });
  for (
    const text of [
      /Server "c" is left out: it is disabled/,
      /Server "e" is left out: "ssl" encrypts/,
      /Server "f" is left out: its address depends on HOST/,
      /"verify none" has no equivalent/,
      /"name other" has no equivalent/,
    ]
  ) assert(found.notes.some((note) => text.test(note)), `${text}`);
});

Deno.test("values in the environment of HAProxy have a note each", async () => {
  const found = await importConfig(`
global
  maxconn "\${MOST}"
defaults
  mode tcp
  timeout connect "\${CONNECT-7s}"
  timeout client "$CLIENT"
  timeout server "\${SERVER}"
listen l
  bind "\${ADDRESS}:443"
  bind :444
  maxconn "\${FEW}"
  tcp-request inspect-delay "\${DELAY}"
  acl known req.ssl_sni "\${NAME}"
  use_backend b if known
  server s 10.0.0.1:1 weight "\${WEIGHT}" inter "\${INTER}" check
backend b
  server s "\${HOST}":1
`);
  assertEquals(found.problems, []);
  assertEquals(found.config.defaults, { connect_timeout: "7s" });
  const all = found.notes.join("\n");
  for (
    const name of [
      "MOST",
      "CLIENT",
      "SERVER",
      "ADDRESS",
      "FEW",
      "DELAY",
      "NAME",
      "WEIGHT",
      "INTER",
      "HOST",
    ]
  ) {
    assert(all.includes(name), `${name}\n${all}`);
  }
});

Deno.test("servers that DNS tells", async () => {
  const found = await importConfig(`
resolvers dns
  nameserver one 127.0.0.1:8600
defaults
  mode tcp
frontend f
  bind :443
  default_backend b
backend b
  balance roundrobin
  server-template web 5 _https._tcp.app.service.consul resolvers dns check
`);
  assertEquals(found.problems, []);
  assertEquals(found.config.servers["0.0.0.0:443"].CATCHALL.CATCHALL, {
    action: "FORWARD",
    to_addr: "srv:_https._tcp.app.service.consul",
    within: ["*.app.service.consul"],
    balance: "round_robin",
    health: { interval: "2s", timeout: "2s", fall: 3, rise: 2 },
  });
  assertEquals(found.config.resolver, ["127.0.0.1:8600"]);
});

Deno.test("servers that DNS tells have parameters, as others do", async () => {
  const template = async (line: string) => {
    const found = await frontend([], {}, [
      "default-server check inter 9s",
      `server-template s 3 ${line}`,
    ]);
    assertEquals(found.problems, []);
    return found;
  };
  const health = { interval: "9s", timeout: "9s", fall: 3, rise: 2 };
  assertEquals(
    (await template("web.example:80 send-proxy-v2")).server.CATCHALL.CATCHALL,
    { action: "FORWARD", to_addr: "web.example:80", health, send_proxy: "v2" },
  );
  const ssl = await template("_web._tcp.example.org ssl verify none");
  assertEquals(ssl.server.CATCHALL.CATCHALL, {
    action: "FORWARD",
    to_addr: "10.0.0.3:443",
    health,
  });
  assert(
    ssl.notes.some((note) => /"server-template" is left out: "ssl"/.test(note)),
  );
  const beside = await template("_web._tcp.example.org");
  assert(
    beside.notes.some((note) =>
      /A "server" beside "server-template"/.test(note)
    ),
  );
});

Deno.test("what the only backend refuses by address is refused before a client sends", async () => {
  for (
    const lines of [
      ["tcp-request content reject if ! lan"],
      ["tcp-request content reject unless lan"],
      ["tcp-request content reject if !lan !{ src 192.0.2.1 }"],
      [
        "tcp-request content reject if { src 10.9.0.0/16 }",
        "tcp-request content reject if !lan",
      ],
    ]
  ) {
    const backend = ["acl lan src 10.0.0.0/8", ...lines];
    const found = await frontend([], {}, backend);
    assertEquals(found.problems, [], `${lines}`);
    assertEquals(
      found.notes.filter((note) => !/no frontend .* uses it/.test(note)),
      [],
      `${lines}`,
    );
    assertEquals(found.server.options.allow[0], "10.0.0.0/8", `${lines}`);
    assertEquals(
      found.server.options.deny,
      lines.length === 1 ? undefined : ["10.9.0.0/16"],
    );
    assertEquals(found.server.CATCHALL, "10.0.0.3:443");
  }
});

Deno.test("of the delays of a frontend and its backends the longest one holds", async () => {
  for (const [delay, expected] of [["2s", "5s"], ["8s", "8s"]] as const) {
    const { server } = await frontend([], {}, [
      `tcp-request inspect-delay ${delay}`,
      "tcp-request content reject if { req.ssl_sni a.example }",
    ]);
    assertEquals(server.options, { detect_timeout: expected });
    assertEquals(server.TLS, { "SNI a.example": { action: "REJECT" } });
  }
});

Deno.test("PROXY headers", async () => {
  const found = await importConfig(`
defaults
  mode tcp
frontend f
  bind :443 accept-proxy
  default_backend b
frontend g
  bind :444
  tcp-request connection expect-proxy layer4 if { src 10.0.0.0/8 }
  default_backend b
frontend u
  bind unix@/run/u.sock accept-proxy
  default_backend b
backend b
  server a 10.0.0.1:443 send-proxy
  server b 10.0.0.2:443 send-proxy-v2
`);
  const { servers } = found.config;
  assertEquals(servers["0.0.0.0:443"].options.accept_proxy, {
    from: ["0.0.0.0/0", "::/0"],
  });
  assertEquals(servers["0.0.0.0:444"].options.accept_proxy, {
    from: ["10.0.0.0/8"],
    required: false,
  });
  assertEquals(servers["0.0.0.0:443"].CATCHALL.CATCHALL, {
    action: "FORWARD",
    to_addr: "10.0.0.1:443",
    send_proxy: "v1",
  });
  assert(found.notes.some((note) => /Server "b" is left out/.test(note)));
  // All of its clients are refused, and a warning and the note say so.
  assert(servers["unix:/run/u.sock"].options.accept_proxy);
  assert(found.notes.some((note) => /reads no header on a Unix/.test(note)));
});

Deno.test("frontends that decrypt, or read requests, are left out with the reason", async () => {
  const found = await importConfig(`
frontend web
  bind :80
  default_backend b
frontend tls
  mode tcp
  bind :443 ssl crt /etc/x.pem
  default_backend b
frontend raw
  mode tcp
  bind :444
  default_backend b
backend b
  mode tcp
  server a 10.0.0.1:443
`);
  assertEquals(Object.keys(found.config.servers), ["0.0.0.0:444"]);
  assert(
    found.notes.some((note) =>
      /^2:1: "frontend web" is left out: its mode is "http"/.test(note)
    ),
    found.notes.join("\n"),
  );
  assert(found.notes.some((note) => /^7:13: "ssl" decrypts/.test(note)));
});

Deno.test("all that is wrong is told at once, with its place", async () => {
  const { problems } = await importConfig(`bind :1
frontend f
  mode tcp
  bind 443
  use_backend nowhere if missing
  use_backend b when x
  tcp-request inspect-delay soon
  default_backend "b
backend b
backend b
frontend
listen l from nothing
  mode tcp
  .endif
  .if x
`);
  assertEquals(problems.map((text) => text.replace(/: expected.*/, "")), [
    '1:1: Keyword "bind" is in no section',
    '4:8: Invalid address "443"',
    '5:15: There is no backend of the name "nowhere"',
    '5:26: There is no ACL of the name "missing"',
    '6:17: Found "when", expected "if" or "unless"',
    '7:29: Invalid time "soon"',
    "8:19: Quote is not closed",
    '10:9: Name "b" is used twice',
    '11:1: Section "frontend" has no name',
    '12:15: There is no section "defaults" of the name "nothing"',
    '14:3: ".endif" has no ".if" before it',
    '15:3: ".if" has no ".endif"',
  ]);
});

Deno.test("hostile files: long, deep, with control bytes and names of prototypes", async () => {
  const long = await importConfig("x".repeat(10_000_000));
  assertEquals(long.problems.length, 1);
  assert(long.problems[0]!.length < 300);
  const many = await importConfig(
    `frontend f\n mode tcp\n bind :443\n${
      " acl a req.ssl_sni a.example\n".repeat(10_000)
    }`,
  );
  assertEquals(many.problems, []);
  const deep = await frontend([
    `use_backend one if ${"! ".repeat(10_000)} TRUE`,
  ]);
  assertEquals(deep.problems, []);
  const odd = await frontend([
    "acl __proto__ req.ssl_sni constructor",
    "use_backend one if __proto__",
    "use_backend one if { constructor x } or { toString() y }",
    "hasOwnProperty x\x1b[31m\u202e",
    "option __proto__",
    "timeout constructor 5",
  ]);
  assertEquals(odd.problems, []);
  assertEquals(odd.server.TLS, { "SNI constructor": "10.0.0.1:443" });
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\u202e]/.test(odd.text));
  const product = await frontend([
    `use_backend one if ${"{ req.ssl_sni a b c d e f g h } ".repeat(20)}`,
  ]);
  assert(product.notes.some((note) => /the condition is too large/.test(note)));
});

/** Keywords of HAProxy 2.6 to 3.2, as they may stand in a section of theirs. */
const KEYWORDS = `
acl a src 10.0.0.0/8|backlog 100|balance source|capture request header x len 1
clitcpka-cnt 3|clitcpka-idle 10s|compression algo gzip|cookie x|declare capture request len 1
default-server weight 5 check-ssl|default_backend b|description x|dispatch 10.0.0.9:1
email-alert from x|errorfile 400 /x|error-log-format x|external-check command x
filter trace|force-persist if TRUE|fullconn 10|guid x|hash-balance-factor 10|hash-type consistent
http-after-response x|http-check send|http-error x|http-request deny|http-response x|http-reuse safe
id 5|ignore-persist if TRUE|load-server-state-from-file global|log global|log-format x|log-steps all
log-tag x|max-keep-alive-queue 5|max-session-srv-conns 5|maxconn 7|monitor fail if TRUE|monitor-uri /x
no log|no option tcplog|option abortonclose|option allbackups|option checkcache|option clitcpka
option contstats|option dontlognull|option forwardfor|option http-server-close|option httpchk
option idle-close-on-response|option independent-streams|option ldap-check|option logasap
option mysql-check|option nolinger|option persist|option pgsql-check|option prefer-last-server
option redis-check|option smtpchk|option socket-stats|option splice-auto|option srvtcpka
option ssl-hello-chk|option tcp-smart-accept|option tcpka|option transparent|persist rdp-cookie
quic-initial reject|rate-limit sessions 10|redirect scheme https|retries 3|retry-on all-retryable-errors
server x 10.0.0.8:1 maxconn 3|source 0.0.0.0|srvtcpka-cnt 3|stats enable|stick on src|stick-table type ip size 1
tcp-check connect|tcp-request content track-sc0 src|tcp-request content do-resolve(txn.x,y) req.ssl_sni
tcp-request content set-dst var(txn.x)|tcp-request content set-var(txn.x) src if TRUE|tcp-request session x
tcp-request other x|tcp-response content accept|timeout client-fin 1|timeout connect 1|timeout http-request 1
timeout queue 1|timeout server 1|timeout server-fin 1|timeout tarpit 1|timeout tunnel 1|transparent
unique-id-format x|use-fcgi-app x|use-server x if TRUE|ulimit-n 5|nbthread 2|daemon|user x|chroot /x|ca-base /x
tune.bufsize 1|ssl-default-bind-ciphers x|setenv A b|presetenv A b|master-worker|stats socket /x|unknown-thing y
`.trim().split(/[|\n]/);

Deno.test("no keyword is dropped in silence: each is used or has a note", async () => {
  for (
    const [kind, keywords] of [["listen", KEYWORDS], [
      "global",
      KEYWORDS,
    ]] as const
  ) {
    for (const keyword of keywords) {
      const text = kind === "listen"
        ? `listen l\n mode tcp\n bind :1\n server s 10.0.0.1:1\n${keyword}\n server t 10.0.0.3:1\nbackend b\n mode tcp\n server s 10.0.0.2:1\n`
        : `global\n\n\n\n${keyword}\nlisten l\n mode tcp\n bind :1\n server s 10.0.0.1:1\n`;
      const found = await importConfig(text);
      assertEquals(found.problems, [], keyword);
      // What changes the config is used, too, though it has no place of its own.
      const without = await importConfig(text.replace(keyword, ""));
      const isUsed = found.lines.has(5) ||
        found.text.replace(/old:\d+/g, "") !==
          without.text.replace(/old:\d+/g, "");
      assert(
        isUsed ||
          /^(?:option allbackups|no option tcplog|retries 3)$/.test(keyword),
        `${kind} ${keyword}`,
      );
    }
  }
});

Deno.test("a rule that others keep from ever matching has a note", async () => {
  const { notes, server } = await frontend([
    "tcp-request content accept if { req.ssl_hello_type 1 }",
    "tcp-request content reject if { req.ssl_sni a.example } !{ src 10.0.0.0/8 }",
    "use_backend one if { req.ssl_sni a.example }",
    "use_backend two if { req.ssl_sni -m end .example }",
    "use_backend one if { req.ssl_sni -m end .b.example }",
  ]);
  assertEquals(Object.keys(server.TLS), ["SNI a.example", "SNI *.example"]);
  assertEquals(
    notes.map((note) => note.split(",")[0]),
    [
      "6:3: This rule decides about no connection here: it is left out",
      "9:3: This rule never matches",
    ],
  );
});

Deno.test("the address that is listened on may be in a block of a list", async () => {
  for (
    const [blocks, target] of [
      ["10.0.0.0/8 127.0.0.0/8", "10.0.0.1:443"],
      ["127.0.0.1", "10.0.0.1:443"],
      ["127.0.0.2 ::1", { CATCHALL: { action: "REJECT" } }],
    ] as const
  ) {
    const { server } = await frontend([`use_backend one if { dst ${blocks} }`]);
    assertEquals(server.CATCHALL, target, blocks);
  }
});

Deno.test("hostile files: a list of more names than a call takes arguments", async () => {
  const names = Array.from({ length: 130_000 }, (_, i) => `h${i}.example`);
  const { problems, notes, server } = await frontend(
    [
      "acl listed req.ssl_sni -f names.lst",
      "use_backend one if listed",
      "default_backend two",
    ],
    { "names.lst": names.join("\n") },
  );
  assertEquals(problems, []);
  assertEquals(notes, []);
  const listed = Object.keys(server.TLS).flatMap((rule) => rule.split(/[ ,]/));
  assertEquals(listed.filter((word) => /^h\d/.test(word)).length, names.length);
});

Deno.test("as many ACLs and backends as a large site has", async () => {
  const numbers = Array.from({ length: 8000 }, (_, i) => i);
  const start = performance.now();
  const { problems, notes, config } = await importConfig([
    "defaults\n  mode tcp\nfrontend f\n  bind :443",
    "  tcp-request inspect-delay 5s",
    ...numbers.flatMap((i) => [
      `  acl a${i} req.ssl_sni -i h${i}.example`,
      `  use_backend b${i} if a${i}`,
    ]),
    ...numbers.map((i) => `backend b${i}\n  server s h${i}.test:443`),
  ].join("\n"));
  const ms = performance.now() - start;
  assert(ms < 15_000, `${ms} ms`);
  assertEquals([problems, notes], [[], []]);
  const { TLS } = config.servers["0.0.0.0:443"];
  assertEquals(TLS["SNI h7999.example"], "h7999.test:443");
  assertEquals(Object.keys(TLS).length, numbers.length);
});

Deno.test("what the defaults disable may be enabled; a disabled backend refuses", async () => {
  const server = async (frontend: string, backend: string) => {
    const { problems, notes, config } = await importConfig(
      `defaults
  mode tcp
  disabled
frontend f
  bind :443
  ${frontend}
  default_backend b
backend b
  ${backend}
  server s 10.0.0.1:443
`,
    );
    return { problems, notes, found: config.servers?.["0.0.0.0:443"] };
  };
  assertEquals(await server("enabled", "enabled"), {
    problems: [],
    notes: [],
    found: { CATCHALL: "10.0.0.1:443" },
  });
  const { found, notes } = await server("enabled", "");
  assertEquals(found, { CATCHALL: { CATCHALL: { action: "REJECT" } } });
  assert(notes.some((note) => /"b" is disabled: it is a REJECT/.test(note)));
  assertEquals((await server("", "enabled")).problems.length, 1);
});
