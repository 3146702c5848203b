/** `explain` of samples that options describe. */
import { assertEquals, assertMatch } from "@std/assert";
import { explain, recordsOf } from "../../support/explain_cli.ts";

const to = (port: number) => ({
  action: "FORWARD",
  to_addr: `127.0.0.1:${port}`,
});
const CONFIG = {
  version: "v1.0.0",
  servers: {
    ":443": {
      TLS: {
        "SNI a.example": to(1),
        "SNI a.example ALPN h2": to(2),
        CATCHALL: to(3),
      },
      HTTP: {
        "HOST a.example": to(4),
        "HOST a.example PATH /api/*": to(5),
        "METHOD POST": to(6),
        "FROM 10.0.0.0/8": to(7),
        "TIME 08:00-18:00@UTC": to(8),
        CATCHALL: to(9),
      },
      SSH: { "SOFTWARE OpenSSH*": to(10) },
      SILENT: { CATCHALL: to(11) },
    },
  },
};

/** The protocol and the rule that `explain` finds with these options. */
async function decide(options: string): Promise<unknown[]> {
  const { stdout, stderr } = await explain(
    ["cfg.jsonc", "--json", ...options.split(" ")],
    { "cfg.jsonc": CONFIG },
  );
  assertEquals(stderr, "");
  const [{ protocol, rule } = {}] = recordsOf(stdout);
  return [protocol, rule];
}

const DECISIONS: [options: string, protocol: string, rule: string][] = [
  ["--sni a.example", "TLS", "TLS/SNI a.example"],
  ["--sni A.example. --alpn h2,http/1.1", "TLS", "TLS/SNI a.example ALPN h2"],
  ["--sni b.example --alpn h2", "TLS", "TLS/CATCHALL"],
  ["--alpn h2", "TLS", "TLS/CATCHALL"],
  ["--protocol TLS", "TLS", "TLS/CATCHALL"],
  ["--protocol tls --sni a.example", "TLS", "TLS/SNI a.example"],
  ["--host a.example", "HTTP", "HTTP/HOST a.example"],
  ["--host a.example:443", "HTTP", "HTTP/HOST a.example"],
  ["--host a.example --path /api/x", "HTTP", "HTTP/HOST a.example PATH /api/*"],
  ["--method POST", "HTTP", "HTTP/METHOD POST"],
  ["--path /x --from 10.1.2.3", "HTTP", "HTTP/FROM 10.0.0.0/8"],
  ["--path /x --from 192.0.2.1", "HTTP", "HTTP/CATCHALL"],
  [
    "--protocol HTTP --at 2026-07-01T09:30:00Z",
    "HTTP",
    "HTTP/TIME 08:00-18:00@UTC",
  ],
  ["--protocol HTTP --time 2026-07-01T19:30:00Z", "HTTP", "HTTP/CATCHALL"],
  ["--protocol SSH", "SSH", "SSH/SOFTWARE OpenSSH*"],
  ["--protocol SILENT", "SILENT", "SILENT/CATCHALL"],
];

Deno.test("explain: a sample goes where a client like it goes", async () => {
  for (const [options, protocol, rule] of DECISIONS) {
    assertEquals(await decide(options), [protocol, rule], options);
  }
});

Deno.test("explain: a sample without a config is shown to all detectors", async () => {
  const { code, stdout } = await explain(["--sni", "a.example"]);
  assertEquals(code, 0);
  assertMatch(stdout, /^hello: \d+ bytes\n/);
  assertMatch(stdout, /\n {2}TLS +match .* sni=a\.example /);
  assertMatch(stdout, /\n {2}protocol {2}TLS\n$/);
});

Deno.test("explain: samples that make no sense are usage errors", async () => {
  const bad: [args: string[], problem: string][] = [
    [
      ["--sni", "x", "--host", "y"],
      'Options "--sni" and "--host" exclude each other: the latter is of HTTP',
    ],
    [
      ["--sni", "x", "--protocol", "SSH"],
      'Options "--protocol SSH" and "--sni" exclude each other: the latter is of TLS',
    ],
    [
      ["--sni", "x", "--hex", "00"],
      'Options "--hex" and "--sni" exclude each other',
    ],
    [
      ["--protocol", "SSH", "--pcap", "x"],
      'Options "--pcap" and "--protocol" exclude each other',
    ],
    [
      ["--protocol", "HTPP"],
      'Invalid value of "--protocol": found "HTPP", expected TLS, HTTP, SSH or SILENT (did you mean "HTTP"?); give the bytes of others by --hex or --file',
    ],
    [
      ["--sni", "a b"],
      'Invalid value of "--sni": found "a b", expected a host name such as "example.com"',
    ],
    [
      ["--alpn", "h2,,"],
      'Invalid value of "--alpn": found "h2,,", expected a protocol such as "h2"',
    ],
    [
      ["--host", "a b", "--path", "/ x"],
      'Invalid value of "--host": found "a b", expected a host such as "example.com" or "example.com:8080"\nInvalid value of "--path": found "/ x", expected a path such as "/api"',
    ],
    [
      ["-c", "x", "--protocol", "SSH", "--at", "x", "--time", "y"],
      'Options "--at" and "--time" exclude each other\nInvalid value of "--at": found "x", expected a time such as "2026-07-01T09:30:00Z" or "2026-07-01T09:30:00+02:00"',
    ],
    [
      ["--protocol", "SSH", "--at", "2026-07-01T09:30:00Z"],
      'Option "--at" needs "--config"',
    ],
  ];
  for (const [args, problem] of bad) {
    const { code, stdout, stderr } = await explain(args);
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assertEquals(
      stderr,
      `${problem}\nRun "passthru explain --help" for the options\n`,
    );
  }
});
