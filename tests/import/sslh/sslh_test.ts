import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { importText } from "../../support/imports.ts";

const LISTEN = 'listen: ( { host: "127.0.0.1"; port: "4430"; } );';

/** A config with these entries of `protocols`. */
function configWith(...entries: readonly string[]): string {
  return `${LISTEN}\nprotocols: (\n${entries.join(",\n")}\n);\n`;
}

/** An entry of `protocols`. */
function entry(name: string, port: number, more = ""): string {
  return `{ name: "${name}"; host: "10.0.0.1"; port: "${port}"; ${more} }`;
}

async function serverOf(text: string) {
  const { servers, problems } = await importText(text);
  assertEquals(problems, []);
  return servers["127.0.0.1:4430"]!;
}

Deno.test("import sslh: probes are protocols, the last entry takes all others, ssh the silent clients", async () => {
  const server = await serverOf(
    `timeout: 3;\n${
      configWith(entry("ssh", 22), entry("http", 80), entry("socks5", 1080))
    }`,
  );
  assertEquals(server, {
    options: { detect_timeout: "3s", silent_after: "3s" },
    SSH: { CATCHALL: "10.0.0.1:22" },
    HTTP: { CATCHALL: "10.0.0.1:80" },
    HTTP2: { CATCHALL: "10.0.0.1:80" },
    SOCKS: { "VERSION 5": "10.0.0.1:1080", "CATCHALL": "10.0.0.1:1080" },
    SILENT: { CATCHALL: "10.0.0.1:22" },
    CATCHALL: { CATCHALL: "10.0.0.1:1080" },
  });
});

Deno.test("import sslh: on-timeout names an entry, or else the first one takes silent clients", async () => {
  const list = configWith(entry("tls", 443), entry("anyprot", 9));
  for (
    const [line, target] of [
      ["", "10.0.0.1:443"],
      ['on-timeout: "anyprot";', "10.0.0.1:9"],
      ['on-timeout: "ssl";', "10.0.0.1:443"],
      ['on-timeout: "xmpp";', "10.0.0.1:443"],
    ] as const
  ) {
    const server = await serverOf(line + list);
    assertEquals(server["SILENT"], { CATCHALL: target }, line);
  }
});

Deno.test("import sslh: of the tls entries the first that matches wins, as in sslh", async () => {
  const server = await serverOf(configWith(
    entry("tls", 1, 'alpn_protocols: [ "h2" ];'),
    entry("tls", 2, 'sni_hostnames: [ "a.example", "*.b.example" ];'),
    entry("tls", 3, 'sni_hostnames: [ "x.b.example" ];'),
    entry("tls", 4, 'sni_hostnames: [ "mail?.example" ];'),
    entry("anyprot", 9),
  ));
  assertEquals(server["TLS"], {
    "ALPN h2": "10.0.0.1:1",
    "SNI a.example,*.b.example !ALPN h2": "10.0.0.1:2",
    "SNI /^mail.\\.example$/ !ALPN h2": "10.0.0.1:4",
    "CATCHALL": "10.0.0.1:9",
  });
});

Deno.test("import sslh: expressions become detectors, as libconfig and PCRE read them", async () => {
  const { text, servers, notes } = await importText(configWith(
    entry("regex", 1, String.raw`regex_patterns: [ "^\\x00[\\x0D-\\xFF]8" ];`),
    entry(
      "regex",
      2,
      String.raw`regex_patterns: [ "^a\x00b.$", "^[[:digit:]]+" ];`,
    ),
    entry("regex", 3, 'regex_patterns: [ "jabber" ]; minlength: 60;'),
    entry("regex", 4, String.raw`regex_patterns: [ "^(a)\\1" ];`),
    entry("ssh", 22),
    entry("regex", 5, 'regex_patterns: [ "" ];'),
  ));
  assertStringIncludes(text, String.raw`"regex": "^\\x00[\\x0D-\\xFF]8"`);
  // libconfig drops the NUL.
  assertStringIncludes(
    text,
    String.raw`"regex": "(?:^ab[^\\n](?:\\n?$))|(?:^[0-9]+)"`,
  );
  assertEquals(Object.entries(servers["127.0.0.1:4430"]!).slice(1), [
    ["REGEX_1", { CATCHALL: "10.0.0.1:1" }],
    ["REGEX_2", { CATCHALL: "10.0.0.1:2" }],
    ["SSH", { CATCHALL: "10.0.0.1:22" }],
    ["REGEX_3", { CATCHALL: "10.0.0.1:3" }],
    ["SILENT", { CATCHALL: "10.0.0.1:22" }],
    ["CATCHALL", { CATCHALL: "10.0.0.1:5" }],
  ]);
  assertEquals(notes.length, 3);
  assertMatch(notes[0]!, /^5:1: "minlength" has no equivalent/);
  assertMatch(notes[1]!, /^5:1: The expression may match anywhere/);
  assertMatch(notes[2]!, /^6:1: The entry "regex" is left out: backref/);
});

Deno.test("import sslh: UDP, Unix sockets, PROXY headers, both families", async () => {
  const { servers, notes, problems } = await importText(`
listen: (
  { host: "0.0.0.0"; port: "https"; max_connections: 7; },
  { host: "::"; port: "443"; max_connections: 7; },
  { host: "/run/in.sock"; port: ""; is_unix: true; proxyprotocol: true; },
  { host: "0.0.0.0"; port: "443"; is_udp: true; }
);
protocols: (
  { name: "ssh"; host: "/run/ssh.sock"; port: ""; is_unix: true; },
  { name: "tls"; host: "::1"; port: "8443"; proxyprotocol: 2; },
  { name: "wireguard"; host: "10.0.0.2"; port: "51820"; is_udp: true; udp_timeout: 20; }
);`);
  assertEquals(problems, []);
  assertEquals(Object.keys(servers), [
    ":443",
    "unix:/run/in.sock",
    "0.0.0.0:443/udp",
  ]);
  const tls = {
    action: "FORWARD",
    to_addr: "[::1]:8443",
    send_proxy: "v2",
  };
  assertEquals(servers[":443"]!["options"], {
    detect_timeout: "5s",
    silent_after: "5s",
    max_connections: 7,
  });
  assertEquals(servers[":443"]!["SSH"], { CATCHALL: "unix:/run/ssh.sock" });
  assertEquals(servers[":443"]!["CATCHALL"], { CATCHALL: tls });
  assertEquals(servers["0.0.0.0:443/udp"]!["WIREGUARD"], {
    CATCHALL: {
      action: "FORWARD",
      to_addr: "10.0.0.2:51820",
      idle_timeout: "20s",
    },
  });
  assertEquals(notes.length, 1);
  assertMatch(
    notes[0]!,
    /^5:52: "proxyprotocol" has no equivalent on a Unix/,
  );
});

Deno.test("import sslh: every setting that is not translated has a note", async () => {
  const { notes } = await importText(`
verbose: true; foreground: true; transparent: false; user: "nobody"; odd: 1;
${
    configWith(
      entry("ssh", 22, 'service: "ssh"; fork: true; tfo_ok: true;'),
      entry("anyprot", 9, "tfo_ok: true; log_level: 0; strange: 2;"),
    )
  }`);
  assertEquals(
    notes.map((note) => note.replace(/^(.*?): ("\S+"( \(.*?\))?).*/, "$1 $2")),
    [
      '2:1 "verbose"',
      '2:16 "foreground"',
      '2:54 "user"',
      '2:70 "odd"',
      '5:46 "service"',
      '5:62 "fork"',
      '5:74 "tfo_ok" (2 times)',
      '6:63 "log_level"',
      '6:77 "strange"',
    ],
  );
});

Deno.test("import sslh: a setting of another type than sslh takes is ignored, with a note", async () => {
  const { servers, notes, problems } = await importText(`
timeout: "2"; on_timeout: "anyprot"; test: ( { a: 1; }, "b" ); group: { a: 1; };
${
    configWith(
      entry("ssh", 22, "fork: ( 1 );"),
      entry("tls", 443, 'proxyprotocol: "2"; probe: "builtin";'),
      entry("anyprot", 9, 'probe: "builtin";'),
    )
  }`);
  assertEquals(problems, []);
  assertEquals(servers["127.0.0.1:4430"], {
    options: { detect_timeout: "5s", silent_after: "5s" },
    SSH: { CATCHALL: "10.0.0.1:22" },
    TLS: { CATCHALL: "10.0.0.1:443" },
    SILENT: { CATCHALL: "10.0.0.1:9" },
    CATCHALL: { CATCHALL: "10.0.0.1:9" },
  });
  assertEquals(notes, [
    '2:1: "timeout" is ignored, as by sslh: found "2", expected a number',
    '2:38: "test" is no setting that is known, and left out',
    '2:64: "group" is no setting that is known, and left out',
    '5:46: "fork" has no equivalent: a connection has no process of its own',
    '6:47: "proxyprotocol" is ignored, as by sslh: found "2", expected a number',
    '6:67: "probe" (2 times) is no setting that is known, and left out',
  ]);
});

Deno.test("import sslh: command lines, as words, in a variable, in a unit, with a config", async () => {
  const expected = {
    options: { detect_timeout: "2s", silent_after: "2s" },
    SSH: { CATCHALL: "127.0.0.1:22" },
    TLS: { CATCHALL: "127.0.0.1:8443" },
    SILENT: { CATCHALL: "127.0.0.1:22" },
    CATCHALL: { CATCHALL: "127.0.0.1:8443" },
  };
  const options =
    "-t 2 -p 127.0.0.1:4430 --ssh 127.0.0.1:22 --ssl=127.0.0.1:8443";
  for (
    const text of [
      options,
      `/usr/sbin/sslh-select -f ${options}`,
      `DAEMON=/usr/sbin/sslh\nDAEMON_OPTS="${options}"\n`,
      `A="${options}"\nB='$A'\n`,
      `[Service]\nExecStart=/usr/sbin/sslh \\\n  ${options}\nUser=sslh\n`,
      "[Service]\nEnvironmentFile=env\nExecStart=/usr/sbin/sslh -f $OPTIONS\n",
      "sslh -Fsslh.cfg --ssh 127.0.0.1:22",
    ]
  ) {
    const { servers, problems } = await importText(text, {
      file: "sslh",
      files: {
        "env": `OPTIONS="${options}"`,
        "sslh.cfg": `timeout: 2; ${
          configWith(
            entry("ssh", 1),
            '{ name: "tls"; host: "127.0.0.1"; port: "8443"; }',
          )
        }`,
      },
    });
    assertEquals(problems, [], text);
    assertEquals(servers["127.0.0.1:4430"], expected, text);
  }
});

Deno.test("import sslh: all that is wrong is reported at once, with its place", async () => {
  for (
    const [text, ...expected] of [
      [
        configWith(
          '{ name: "nope"; host: "a"; port: "1"; }',
          '{ name: "ssh"; host: "a b"; port: "0"; }',
          '{ name: "tls"; host: "a"; port: 443; sni_hostnames: "x"; }',
        ),
        '3:3: Unknown probe "nope"',
        '4:29: Unknown port "0"',
        '5:27: Invalid value of "port": found "443", expected a text',
        '5:38: Invalid value of "sni_hostnames": found "x", expected an array',
      ],
      [
        'listen: ( { host: "a"; port }',
        '1:29: Expected ":" or "=" after "port"',
      ],
      [
        configWith(...Array(5_001).fill(entry("regex", 1))),
        "5003:1: Too many protocols: expected at most 5000",
      ],
      ["listen: ( );\nlisten: ( );", '2:1: Duplicate setting "listen"'],
      ['listen: ( "', "1:11: Text is not closed"],
      [`listen: ${"(".repeat(100_000)}`, "1:41: Nested too deep"],
      ['@include "old"\nlisten: ( );', '1:1: "old" includes itself'],
      ['@include "../x"\nlisten: ( );', "1:1: It is outside"],
      [
        "--ssh 127.0.0.1 --nope -p $HOST:1 --timeout x --ssl",
        '1:1: Invalid address "127.0.0.1"',
        '1:17: Unknown option "--nope"',
        '1:27: The variable in "$HOST:1" is not set here',
        '1:35: Invalid value of "timeout": found "x", expected a number',
        '1:47: Option "--ssl" has no value',
      ],
    ] as const
  ) {
    const { problems } = await importText(text, {
      format: "sslh",
      files: { old: text },
    });
    for (const one of expected) {
      const found = problems.some((problem) => problem.startsWith(one));
      assertEquals(found, true, `${one} in ${JSON.stringify(problems)}`);
    }
  }
});

Deno.test("import sslh: of a variable that is not set only that is said", async () => {
  const { problems } = await importText("sslh -p a:1 $DAEMON_OPTS x", {
    format: "sslh",
  });
  assertEquals(problems.map((problem) => problem.replace(/ is not.*/, "")), [
    '1:13: The variable in "$DAEMON_OPTS"',
    '1:26: Unexpected argument "x"',
  ]);
});

Deno.test("import sslh: a large included file is read", async () => {
  const strange = `strange: [ ${Array(100_000).fill('"x"').join(", ")} ];`;
  const { servers, problems } = await importText(`${LISTEN} @include "list"`, {
    format: "sslh",
    files: { list: `${strange} protocols: ( ${entry("ssh", 22)} );` },
  });
  assertEquals(problems, []);
  assertEquals(servers["127.0.0.1:4430"]!["SSH"], { CATCHALL: "10.0.0.1:22" });
});
