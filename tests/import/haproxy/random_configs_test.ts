/**
 * Frontends that nobody wrote: a real HAProxy and the import send the same
 * clients to the same targets, whatever the order of the rules.
 */
import { assertEquals } from "@std/assert";
import { parse } from "@std/jsonc";
import { startDaemon, tempFolder } from "../../support/daemon.ts";
import { freePorts } from "../../support/free_ports.ts";
import { importText } from "../../support/imports.ts";
import { NamedTargets } from "../../support/named_targets.ts";
import { serveConfig } from "../../support/passthru.ts";
import { programTest } from "../../support/programs.ts";
import { differing } from "../../support/same_targets.ts";
import { madeOpenings } from "../../support/routing_openings.ts";
import { isKnown } from "./differences.ts";

const NAMES = ["one", "two", "three", "four", "five"];
const FRONTENDS = 12;
/** Tests of what the client sends. */
const CONTENT_TESTS = [
  "req.ssl_sni -i www.example.com",
  "req.ssl_sni -i example.com app1.example.com",
  "req.ssl_sni -i -m end .example.com",
  "req.ssl_sni -i -m end .internal.example.com",
  "req.ssl_sni -i -m beg app",
  "req.ssl_sni -i -m reg ^[a-m]",
  "req.ssl_sni -i -m sub example",
  "req.ssl_sni -m found",
  "req.ssl_alpn -m sub h2",
  "req.ssl_hello_type 1",
  "req.payload(0,4) -m str SSH-",
  "req.payload(0,1) -m bin 05",
  "req.proto_http",
];
const TESTS = [...CONTENT_TESTS, "src 127.0.0.0/8", "src 10.0.0.0/8"];

/** Numbers that are the same each time. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (this.#state * 1103515245 + 12345) & 0x7fffffff;
    return (this.#state >> 8) % limit;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

function condition(dice: Dice, tests = TESTS): string {
  const terms = Array.from({ length: 1 + dice.below(3) }, () => {
    const not = dice.below(4) === 0 ? "!" : "";
    const or = dice.below(3) === 0 ? " or " : " ";
    return `${or}${not}{ ${dice.of(tests)} }`;
  });
  const text = terms.join("").replace(/^(?: or)? /, "");
  return `${dice.below(5) === 0 ? "unless" : "if"} ${text}`;
}

function frontendLines(dice: Dice): string[] {
  const refusals = Array.from(
    { length: dice.below(3) },
    () =>
      // What accepts without content decides before it has come.
      `tcp-request content ${dice.of(["accept", "reject"])} ${
        condition(dice, CONTENT_TESTS)
      }`,
  );
  const choices = Array.from(
    { length: 1 + dice.below(6) },
    () => `use_backend ${dice.of(NAMES)} ${condition(dice)}`,
  );
  return [
    "tcp-request inspect-delay 1s",
    ...refusals,
    // What follows is decided when enough has come, or nothing will.
    "tcp-request content accept if { req.ssl_hello_type 1 }",
    "tcp-request content accept if { req.proto_http }",
    "tcp-request content accept if { req.payload(0,4) -m found }",
    ...choices,
    ...dice.below(2) === 0 ? [] : [`default_backend ${dice.of(NAMES)}`],
  ];
}

/**
 * Those that are whole at once: HAProxy does not wait for more once a rule has
 * accepted a connection by less.
 */
const OPENINGS = madeOpenings().filter(({ name }) =>
  !isKnown(name) && !/^opening of|in pieces$/.test(name) &&
  !["one byte", "silent", "TLS that stops"].includes(name)
);

programTest(
  ["haproxy"],
  "frontends that nobody wrote decide as HAProxy does",
  async () => {
    await using targets = new NamedTargets(NAMES);
    await using folder = await tempFolder();
    const dice = new Dice(20261129);
    const ports = freePorts(2 * FRONTENDS);
    const frontends = Array.from({ length: FRONTENDS }, (_, index) => ({
      lines: frontendLines(dice),
      haproxy: ports[index]!,
      passthru: ports[FRONTENDS + index]!,
    }));
    const text = [
      "defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s",
      ...frontends.map(({ lines, haproxy }) =>
        `frontend f${haproxy}\n  bind 127.0.0.1:${haproxy}\n  ${
          lines.join("\n  ")
        }`
      ),
      ...NAMES.map((name) =>
        `backend ${name}\n  server s 127.0.0.1:${targets.port(name)}`
      ),
    ].join("\n") + "\n";
    const file = `${folder.path}/haproxy.cfg`;
    await Deno.writeTextFile(file, text);
    await using _haproxy = await startDaemon({
      program: "haproxy",
      args: ["-db", "-f", file],
      ports: frontends.map(({ haproxy }) => haproxy),
    });
    const imported = await importText(text, { format: "haproxy", file });
    assertEquals(imported.problems, []);
    const config = parse(
      frontends.reduce(
        (written, { haproxy, passthru }) =>
          written.replace(`"127.0.0.1:${haproxy}"`, `"127.0.0.1:${passthru}"`),
        imported.text,
      ),
    );
    await using _passthru = serveConfig(config);
    for (const { lines, haproxy, passthru } of frontends) {
      const { found } = await differing(OPENINGS, [haproxy, passthru]);
      assertEquals(found, [], lines.join("\n"));
    }
  },
);
