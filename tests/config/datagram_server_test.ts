/** Servers for datagrams in a config: what they have, and what they cannot have. */
import { assertEquals } from "@std/assert";
import {
  datagramNameScopes,
  datagramScopes,
} from "../../src/config/datagram_scopes.ts";
import { loadConfig } from "../../src/config/load.ts";
import { netScopes } from "../../src/config/scopes.ts";
import { ALL_DETECTORS } from "../support/all_detectors.ts";

const TO = "127.0.0.1:9000";

function load(config: object) {
  const text = JSON.stringify({ version: "v1.0.0", ...config }, null, 1);
  const loaded = loadConfig("c", new TextEncoder().encode(text), ALL_DETECTORS);
  const { source, diagnostics, plan } = loaded;
  const findings = diagnostics.map(({ message, span }) => {
    const { line, column } = source.position(span.offset);
    return `${line}:${column}: ${message}`;
  });
  return { plan, findings };
}

function server(content: object, at = "0.0.0.0:443/udp") {
  return load({ servers: { [at]: content } });
}

Deno.test("config: a TCP and a UDP server have the same port", () => {
  const { plan, findings } = load({
    servers: {
      ":443": { TLS: TO },
      ":443/udp": { QUIC: { "SNI a.example": TO }, WIREGUARD: TO },
    },
  });
  assertEquals(findings, []);
  assertEquals(
    plan!.listeners.map(({ address, transport }) => [address.text, transport]),
    [[":443", undefined], [":443/udp", "udp"]],
  );
  assertEquals(plan!.listeners[1]!.address, {
    text: ":443/udp",
    hostname: "",
    port: 443,
  });
});

Deno.test("config: idle flows of QUIC go after 60 s, others after 30 s, unless something is said", () => {
  const idle = (more: object) =>
    load({
      servers: { ":443/udp": { QUIC: TO, DNS: TO, CATCHALL: TO } },
      ...more,
    }).plan!.listeners[0]!;
  const timeouts = ({ protocols, catchall }: ReturnType<typeof idle>) =>
    [...protocols.map((protocol) => protocol.catchall), catchall]
      .map((route) => route?.action === "FORWARD" ? route.idleTimeoutMs : null);
  assertEquals(timeouts(idle({})), [60_000, 30_000, 30_000]);
  const said = idle({ defaults: { idle_timeout: "5s" } });
  assertEquals(timeouts(said), [5_000, 5_000, 5_000]);
  assertEquals(idle({}).limits.maxConnections, 10_000);
});

const BAD: readonly [string, ReturnType<typeof server>, string[]][] = [
  ["SILENT", server({ SILENT: TO }), [
    "5:4: SILENT has no meaning for UDP: there is no client before its first datagram",
  ]],
  ["a Unix socket for a target", server({ QUIC: "unix:/run/a.sock" }), [
    '5:12: Invalid target "unix:/run/a.sock": found a Unix socket, expected host:port, as targets of a server for UDP are UDP',
  ]],
  ["a Unix socket to listen on", server({ QUIC: TO }, "unix:/run/a/udp"), [
    '4:3: Invalid listening address "unix:/run/a/udp": a Unix socket takes no datagrams here, expected an address such as ":443/udp", "127.0.0.1:443/udp" or "[::1]:443/udp"',
  ]],
  [
    "send_proxy and health",
    server({
      QUIC: {
        CATCHALL: {
          action: "FORWARD",
          to_addr: TO,
          send_proxy: "v1",
          health: {},
        },
      },
    }),
    [
      '9:6: Field "send_proxy" does not go with UDP: there is no PROXY header for datagrams',
      '10:6: Field "health" does not go with UDP: the checks connect by TCP',
    ],
  ],
  [
    "accept_proxy",
    server({ options: { accept_proxy: { from: ["10.0.0.0/8"] } }, QUIC: TO }),
    [
      '6:5: Field "accept_proxy" does not go with UDP: datagrams bring no PROXY header',
    ],
  ],
  [
    "tls_alert where there is no QUIC",
    server({ DNS: { CATCHALL: { action: "REJECT", with: "tls_alert" } } }),
    [
      '8:14: Invalid value of "with": found "tls_alert" under DNS, but only QUIC can be answered so',
    ],
  ],
  [
    "http_status",
    server({ QUIC: { CATCHALL: { action: "REJECT", with: "http_status" } } }),
    [
      '8:14: Invalid value of "with": found "http_status", which UDP cannot do, expected "close", "tls_alert" or "refused"',
    ],
  ],
  [
    "refused over TCP",
    server(
      { DNS: { CATCHALL: { action: "REJECT", with: "refused" } } },
      ":53",
    ),
    [
      '8:14: Invalid value of "with": found "refused", which only a server for UDP can do, one whose key ends in "/udp"',
    ],
  ],
  ["a protocol of TCP", server({ SSH: TO }), [
    '5:4: Unknown protocol "SSH" of UDP: it is found over TCP alone, in a server whose key has no "/udp"',
  ]],
  ["HTTP3", server({ HTTP3: TO }), [
    '5:4: Unknown protocol "HTTP3" of UDP: expected a detector for datagrams or CATCHALL (did you mean "QUIC"?); run "passthru detectors" for the list',
  ]],
  ["a protocol of UDP over TCP", server({ QUIC: TO }, ":443"), [
    '5:4: Unknown protocol "QUIC": it is found over UDP alone, in a server whose key ends in "/udp"',
  ]],
  ["itself for a target", server({ QUIC: "0.0.0.0:443" }), [
    '5:12: Target "0.0.0.0:443" is the listener "0.0.0.0:443/udp" itself: the connection would loop',
  ]],
  ["a target that ends in /udp", server({ QUIC: "127.0.0.1:53/udp" }), [
    '5:12: Invalid target "127.0.0.1:53/udp": a target has the transport of its server, expected an address such as "127.0.0.1:8080", "[::1]:8080" or "example.com:443" (did you mean "127.0.0.1:53"?)',
  ]],
];

for (const [name, { plan, findings }, expected] of BAD) {
  Deno.test(`config: a server for UDP cannot have ${name}`, () => {
    assertEquals(findings, expected);
    assertEquals(plan, null);
  });
}

Deno.test("scopes: clients of UDP need the blocks of allow, every IPv4 address, or everything", () => {
  const scopes = (at: string, options: object = {}, to = TO) => {
    const { plan } = load({
      servers: { [at]: { QUIC: to, options }, ":443": { TLS: TO } },
    });
    // The workers for TCP get no more for it.
    assertEquals(netScopes(plan!), [TO, "0.0.0.0:443", "[::]:443"].sort());
    return [datagramScopes(plan!), datagramNameScopes(plan!)];
  };
  const own = ["0.0.0.0:0", "[::]:0"];
  const ipv4 = [...own, "0.0.0.0:8443", "0.0.0.0/0"];
  assertEquals(scopes("0.0.0.0:8443/udp"), [[...ipv4, TO].sort(), []]);
  assertEquals(scopes("0.0.0.0:8443/udp", {}, "a.example:1"), [
    ipv4.sort(),
    ["a.example"],
  ]);
  assertEquals(
    scopes("0.0.0.0:8443/udp", { allow: ["10.0.0.0/8", "192.0.2.7"] }),
    [[...own, "0.0.0.0:8443", "10.0.0.0/8", "192.0.2.7", TO].sort(), []],
  );
  assertEquals(scopes(":8443/udp"), [["*"], []]);
  assertEquals(scopes("[::1]:8443/udp"), [["*"], []]);
});

Deno.test("scopes: names that clients name are looked up, and lead to IPv4 addresses", () => {
  const { plan, findings } = server({
    QUIC: { "SNI *.example.com": "{sni}:443" },
  }, "127.0.0.1:443/udp");
  assertEquals(findings, []);
  assertEquals(datagramNameScopes(plan!), ["*.example.com"]);
  assertEquals(
    datagramScopes(plan!),
    ["0.0.0.0/0", "0.0.0.0:0", "127.0.0.1:443", "[::]:0"],
  );
});
