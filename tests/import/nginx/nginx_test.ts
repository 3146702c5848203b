import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { importText } from "../../support/imports.ts";

/** Imports what stands in `stream { }`, on the first line. */
function imported(stream: string, files: Record<string, string> = {}) {
  return importText(`stream { ${stream} }`, { file: "nginx.conf", files });
}

/** The server of `listen 127.0.0.1:1`. */
async function serverOf(stream: string) {
  const { servers, problems } = await imported(stream);
  assertEquals(problems, []);
  return servers["127.0.0.1:1"]!;
}

/** A server with the target of a map. */
function mapped(entries: string, source = "$ssl_preread_server_name") {
  return `map ${source} $t { ${entries} }
    server { listen 127.0.0.1:1; ssl_preread on; proxy_pass $t; }`;
}

Deno.test("import nginx: keys of a map are rules, its default takes TLS and all others", async () => {
  assertEquals(
    await serverOf(mapped(String.raw`
      hostnames; volatile;
      A.example 10.0.0.1:1; *.a.example 10.0.0.2:1; .b.example 10.0.0.3:1;
      www.* 10.0.0.4:1; ~^app\d+\.C\. 10.0.0.5:1; ~*x$ unix:/run/x.sock;
      "" 10.0.0.6:1; default 10.0.0.9:1;`)),
    {
      TLS: {
        "SNI a.example": "10.0.0.1:1",
        "SNI b.example,*.b.example": "10.0.0.3:1",
        "NOSNI": "10.0.0.6:1",
        "SNI *.a.example": "10.0.0.2:1",
        "SNI /^www\\./": "10.0.0.4:1",
        "SNI /^app\\d+\\.c\\./": "10.0.0.5:1",
        "SNI /x$/": "unix:/run/x.sock",
        "CATCHALL": "10.0.0.9:1",
      },
      SILENT: { CATCHALL: { action: "REJECT" } },
      // nginx has an empty name for whatever is not TLS.
      CATCHALL: { CATCHALL: "10.0.0.6:1" },
    },
  );
});

Deno.test("import nginx: without a default others are refused, without hostnames a wildcard is a text", async () => {
  const server = await serverOf(mapped("a.example 10.0.0.1:1;"));
  assertEquals(server["TLS"], {
    "SNI a.example": "10.0.0.1:1",
    "CATCHALL": { action: "REJECT" },
  });
  assertEquals(server["CATCHALL"], { CATCHALL: { action: "REJECT" } });
  const { notes } = await imported(
    mapped("*.a.example 10.0.0.1:1; default 10.0.0.9:1;"),
  );
  assertEquals(notes.length, 1);
  assertMatch(notes[0]!, /"hostnames"/);
});

Deno.test("import nginx: versions, ALPN, maps of maps and of several variables", async () => {
  const versions = mapped(
    'TLSv1.3 10.0.0.1:1; "TLSv1.2" 10.0.0.2:1; "" 10.0.0.3:1; default 10.0.0.9:1;',
    "$ssl_preread_protocol",
  );
  const server = await serverOf(versions);
  assertEquals(server["TLS"], {
    "VERSION 1.3": "10.0.0.1:1",
    "VERSION 1.2": "10.0.0.2:1",
    "CATCHALL": "10.0.0.9:1",
  });
  assertEquals(server["CATCHALL"], { CATCHALL: "10.0.0.3:1" });
  const both = await serverOf(mapped(
    '"TLSv1.3:a.example" 10.0.0.1:1; ":" 10.0.0.2:1; default 10.0.0.9:1;',
    '"$ssl_preread_protocol:$ssl_preread_server_name"',
  ));
  assertEquals(both["TLS"], {
    "SNI a.example VERSION 1.3": "10.0.0.1:1",
    "CATCHALL": "10.0.0.9:1",
  });
  assertEquals(both["CATCHALL"], { CATCHALL: "10.0.0.2:1" });
  const chain = await serverOf(`
    map $ssl_preread_server_name $n { a.example 10.0.0.1:1; default 10.0.0.2:1; }
    ${
    mapped(
      "~\\bacme-tls/1\\b 10.0.0.3:1; default $n;",
      "$ssl_preread_alpn_protocols",
    )
  }`);
  assertEquals(chain["TLS"], {
    "ALPN acme-tls/1": "10.0.0.3:1",
    "SNI a.example !ALPN acme-tls/1": "10.0.0.1:1",
    "CATCHALL": "10.0.0.2:1",
  });
});

Deno.test("import nginx: a target that the client names needs a wildcard", async () => {
  const { servers, notes } = await imported(mapped(`hostnames;
    *.a.example $ssl_preread_server_name:443;
    b.example $ssl_preread_server_name:443;
    ~^(?<sub>\\w+)\\.c\\.example$ $sub.internal:443;
    default $ssl_preread_server_name:443;`));
  assertEquals(servers["127.0.0.1:1"]!["TLS"], {
    "SNI b.example": "b.example:443",
    "SNI *.a.example": {
      action: "FORWARD",
      to_addr: "{sni}:443",
      allow_private: true,
    },
    "SNI /^(\\w+)\\.c\\.example$/": { action: "REJECT" },
    "CATCHALL": { action: "REJECT" },
  });
  assertEquals(notes.length, 3);
  assertMatch(notes[0]!, /"\$sub.internal:443" has no equivalent here/);
  assertMatch(notes[1]!, /There is no host in ":443"/);
  assertMatch(notes[2]!, /"\$ssl_preread_server_name:443" has no/);
});

Deno.test("import nginx: upstreams with their balance, weights, backups and settings", async () => {
  const { servers, notes, problems } = await imported(`
    proxy_timeout 1h30m; proxy_next_upstream_tries 2;
    upstream a { least_conn; zone a 64k; server 10.0.0.1:1 weight=3 max_fails=0; server 10.0.0.2:1 down; server unix:/run/b.sock backup; }
    upstream b { hash $remote_addr consistent; server 10.0.0.1:1; server 10.0.0.1:1; server 10.0.0.2:1; }
    upstream c { random two least_conn; server 10.0.0.1:1; server [::1]:2; }
    upstream unused { server 10.0.0.1:1; }
    server { listen 127.0.0.1:1; proxy_pass a; proxy_protocol on; proxy_connect_timeout 500ms; }
    server { listen 127.0.0.1:2; proxy_pass b; proxy_next_upstream off; }
    server { listen 127.0.0.1:3; proxy_pass c; }
    server { listen 127.0.0.1:4 udp; proxy_pass 10.0.0.3:53; proxy_timeout 20s; }`);
  assertEquals(problems, []);
  assertEquals(servers, {
    "127.0.0.1:1": {
      options: { connect_timeout: "500ms" },
      CATCHALL: {
        CATCHALL: {
          action: "FORWARD",
          to_addr: [
            { addr: "10.0.0.1:1", weight: 3 },
            { addr: "10.0.0.2:1", weight: 0 },
            { addr: "unix:/run/b.sock", backup: true },
          ],
          balance: "least_connections",
          retries: 1,
          send_proxy: "v1",
        },
      },
    },
    "127.0.0.1:2": {
      CATCHALL: {
        CATCHALL: {
          action: "FORWARD",
          to_addr: [{ addr: "10.0.0.1:1", weight: 2 }, "10.0.0.2:1"],
          balance: "source_hash",
          retries: 0,
        },
      },
    },
    "127.0.0.1:3": {
      CATCHALL: {
        CATCHALL: {
          action: "FORWARD",
          to_addr: ["10.0.0.1:1", "[::1]:2"],
          balance: "random",
          retries: 1,
        },
      },
    },
    "127.0.0.1:4/udp": {
      options: { idle_timeout: "20s" },
      CATCHALL: { CATCHALL: "10.0.0.3:53" },
    },
  });
  assertEquals(notes.length, 2);
  assertMatch(notes[0]!, /"max_fails=0" has no equivalent/);
  assertMatch(notes[1]!, /The upstream "unused" is left out/);
});

Deno.test("import nginx: listeners, limits, access, PROXY headers", async () => {
  const { text, servers, problems } = await imported(`
    limit_conn_zone $binary_remote_addr zone=a:1m; limit_conn_zone $server_port zone=b:1m;
    server {
      listen 443 backlog=1024; listen [::]:443 backlog=1024; listen 8000-8001 proxy_protocol;
      set_real_ip_from 10.0.0.0/8; preread_buffer_size 32k;
      limit_conn a 5; limit_conn b 100;
      deny 10.1.0.0/16; allow 10.0.0.0/8; allow ::1; deny all;
      proxy_pass db.example:5432;
    }`);
  assertEquals(problems, []);
  assertEquals(Object.keys(servers), [":443", "0.0.0.0:8000", "0.0.0.0:8001"]);
  const limits = {
    max_peek: "32768B",
    max_connections_per_ip: 5,
    max_connections: 100,
    deny: ["10.1.0.0/16"],
    allow: ["10.0.0.0/8", "::1"],
  };
  assertEquals(servers[":443"]!["options"], { ...limits, backlog: 1024 });
  assertEquals(servers["0.0.0.0:8001"]!["options"], {
    ...limits,
    accept_proxy: { from: ["10.0.0.0/8"], required: true },
  });
  assertStringIncludes(text, '"detect_timeout": "30s"');
});

Deno.test("import nginx: what passthru cannot do is refused there, with a note", async () => {
  for (
    const [lines, why] of [
      ["listen 127.0.0.1:1 ssl; proxy_pass 10.0.0.1:1;", /does not end TLS/],
      [
        "listen 127.0.0.1:1; proxy_ssl on; proxy_pass 10.0.0.1:1;",
        /TLS to targets/,
      ],
      ["listen 127.0.0.1:1; return hello;", /"return" has no equivalent/],
      [
        "listen 127.0.0.1:1; proxy_pass $unknown;",
        /"\$unknown" has no equivalent/,
      ],
    ] as const
  ) {
    const { servers, notes } = await imported(`server { ${lines} }`);
    assertEquals(servers["127.0.0.1:1"]!, {
      CATCHALL: { CATCHALL: { action: "REJECT" } },
    });
    assertMatch(notes[0]!, why);
  }
});

Deno.test("import nginx: every directive is translated or noted", async () => {
  const { notes } = await importText(
    `user www;
events { worker_connections 5; }
http { server { location / { } } }
stream { log_format a b; resolver 10.0.0.1; odd_one on;
server { listen 127.0.0.1:1 so_keepalive=on; proxy_pass 10.0.0.1:1; proxy_bind 10.0.0.9; } }`,
    { file: "nginx.conf" },
  );
  assertEquals(
    notes.map((note) => /^(\S+): "([^ "]+)/.exec(note)!.slice(1)),
    [
      ["1:1", "user"],
      ["2:1", "events"],
      ["3:1", "http"],
      ["4:10", "log_format"],
      ["4:26", "resolver"],
      ["4:45", "odd_one"],
      ["5:29", "so_keepalive=on"],
      ["5:69", "proxy_bind"],
    ],
  );
});

Deno.test("import nginx: an include that is not read is an error where it may hold servers, and a note elsewhere", async () => {
  const stream = "server { listen 127.0.0.1:1; proxy_pass 10.0.0.1:1; }";
  const outside = "include /etc/nginx/modules-enabled/*.conf;";
  // As in the nginx.conf of Debian, with links to other folders.
  const fine = await importText(
    `${outside} http { ${outside} } stream { ${stream} }`,
    { format: "nginx" },
  );
  assertEquals(fine.problems, []);
  assertEquals(Object.keys(fine.servers), ["127.0.0.1:1"]);
  assertEquals(fine.notes.length, 2);
  assertMatch(
    fine.notes[0]!,
    /^1:1: "include .*" is left out: It is outside/,
  );
  for (const inside of [`${outside} ${stream}`, `server { ${outside} }`]) {
    const { problems } = await importText(`stream { ${inside} }`, {
      format: "nginx",
    });
    assertEquals(problems.length, 1, inside);
    assertMatch(problems[0]!, /^1:\d+: It is outside/);
  }
  // A whole file may be the content of a block "stream".
  const bare = await importText(`${outside} ${stream}`, { format: "nginx" });
  assertMatch(bare.problems.join(), /^1:9: It is outside/);
});

Deno.test("import nginx: a config of http is told as one, whatever its own files are", async () => {
  const { problems } = await importText(
    "http { include mime.types; server { include a.conf; } }",
    { format: "nginx" },
  );
  assertEquals(problems, [
    '1:1: This is a config of "http": expected one of "stream"',
  ]);
});

Deno.test("import nginx: what is set does not know the hello, as nginx sets it before it reads one", async () => {
  const server = await serverOf(`
    map $ssl_preread_server_name $n { a.example 1; "" 2; default 3; }
    server { listen 127.0.0.1:1; ssl_preread on; set $t 10.0.0.1:$n; proxy_pass $t; }`);
  assertEquals(server, { CATCHALL: { CATCHALL: "10.0.0.1:2" } });
});

Deno.test("import nginx: names of upstreams and variables are compared without case", async () => {
  const server = await serverOf(`
    upstream Web { server 10.0.0.1:1; } upstream other { server 10.0.0.2:1; }
    map $SSL_Preread_Server_Name $T { a.example OTHER; default wEB; }
    server { listen 127.0.0.1:1; ssl_preread on; proxy_pass $t; }`);
  assertEquals(server["TLS"], {
    "SNI a.example": "10.0.0.2:1",
    "CATCHALL": "10.0.0.1:1",
  });
  const { notes } = await imported(
    "upstream Web { server a:1; } server { listen 1; proxy_pass WEB; }",
  );
  assertEquals(notes, []);
});

Deno.test("import nginx: geo has blocks of addresses, a map has addresses", async () => {
  const server = await serverOf(`
    geo $z { default 10.0.0.1:1; 192.0.2.7/24 10.0.0.2:1; 192.0.2.9 10.0.0.3:1; }
    server { listen 127.0.0.1:1; proxy_pass $z; }`);
  assertEquals(server["ANYTHING"], {
    "FROM 192.0.2.9": "10.0.0.3:1",
    "FROM 192.0.2.0/24": "10.0.0.2:1",
    "CATCHALL": "10.0.0.1:1",
  });
  const other = await serverOf(`
    map $remote_addr $z { default 10.0.0.1:1; 192.0.2.0/24 10.0.0.2:1; 192.0.2.9 10.0.0.3:1; }
    server { listen 127.0.0.1:1; proxy_pass $z; }`);
  assertEquals(other["ANYTHING"], {
    "FROM 192.0.2.9": "10.0.0.3:1",
    "CATCHALL": "10.0.0.1:1",
  });
  const { problems } = await imported("geo $z { all 1; 10.0.0.0/99 2; }");
  assertEquals(problems.map((one) => one.replace(/^\S+ /, "")), [
    'Invalid address "all" in "geo"',
    'Invalid address "10.0.0.0/99" in "geo"',
  ]);
});

Deno.test("import nginx: where ALPN is not tested name by name, a note says so", async () => {
  const alpn = (entries: string) =>
    imported(
      mapped(`${entries} default 10.0.0.9:1;`, "$ssl_preread_alpn_protocols"),
    );
  const exact = await alpn(
    String
      .raw`~\bh2\b 10.0.0.1:1; ~(^|,)h3(,|$) 10.0.0.2:1; ~(?:^|,)dot(?:,|$) 10.0.0.3:1;`,
  );
  assertEquals(exact.notes, []);
  assertEquals(Object.keys(exact.servers["127.0.0.1:1"]!["TLS"]!), [
    "ALPN h2",
    "ALPN h3",
    "ALPN dot",
    "CATCHALL",
  ]);
  const other = await alpn(
    "~h2 10.0.0.1:1; ~^h3$ 10.0.0.2:1; ~*DOT 10.0.0.3:1;",
  );
  assertEquals(Object.keys(other.servers["127.0.0.1:1"]!["TLS"]!), [
    "ALPN h2",
    "ALPN h3",
    "ALPN dot",
    "CATCHALL",
  ]);
  assertEquals(
    other.notes.map((note) => /nginx looks for ("\S+") in/.exec(note)?.[1]),
    ['"~h2"', '"~^h3$"', '"~*DOT"'],
  );
});

Deno.test("import nginx: clients of a Unix socket have the address that no map has", async () => {
  const zone =
    "geo $remote_addr $z { default 10.0.0.1:1; 10.0.0.0/8 10.0.0.2:1; }";
  const { servers, notes } = await imported(
    `${zone} server { listen unix:/run/a.sock; proxy_pass $z; }
     server { listen unix:/run/b.sock proxy_protocol; proxy_pass $z; }`,
  );
  assertEquals(servers["unix:/run/a.sock"], {
    CATCHALL: { CATCHALL: "10.0.0.1:1" },
  });
  assertEquals(Object.keys(servers["unix:/run/b.sock"]!["ANYTHING"]!), [
    "FROM 10.0.0.0/8",
    "CATCHALL",
  ]);
  assertEquals(notes.slice(0, 2), [
    "1:52: This entry decides about no connection here: it is left out",
    "1:52: A client that sends nothing goes to the default, whatever its address is, after silent_after",
  ]);
});
