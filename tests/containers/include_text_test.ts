/** The file that is written. */
import { assert, assertEquals } from "@std/assert";
import {
  includeText,
  MAX_TEXT_LENGTH,
} from "../../src/containers/include_text.ts";
import type { SettledRoute } from "../../src/containers/settle.ts";
import { parseSource, plainValue } from "../../src/config/source.ts";
import { container, type ContainerSpec } from "../support/containers.ts";

/** A route of containers by their numbers. */
function route(
  rule: string,
  numbers: readonly number[],
  { listen = ":443", protocol = "TLS", sendProxy = null, ...spec }:
    & Partial<Pick<SettledRoute, "listen" | "protocol" | "sendProxy">>
    & ContainerSpec = {},
): SettledRoute {
  const targets = numbers.map((number) => {
    const target = `10.88.0.${number}:443`;
    return {
      target,
      wanted: {
        container: container(number, spec),
        name: "",
        owner: "o",
        service: "s",
        listen,
        protocol,
        rule,
        choices: [{ network: "bridge", target }],
        sendProxy,
      },
    };
  });
  return { listen, protocol, rule, sendProxy, targets };
}

function valueOf(text: string): unknown {
  const { root, diagnostics } = parseSource(
    "x",
    new TextEncoder().encode(text),
  );
  assertEquals(diagnostics, [], text);
  return JSON.parse(JSON.stringify(plainValue(root!)));
}

Deno.test("include text: as people would write it", () => {
  const { text, containers } = includeText([
    route("SNI b.example", [2, 3], { sendProxy: "v2" }),
    route("SNI a.example", [1]),
    route("CATCHALL", [4], { protocol: "SSH" }),
    route("HOST a.example", [1], { listen: ":80", protocol: "HTTP" }),
  ]);
  assertEquals(
    text,
    `// Written by passthru docker from the labels of 4 containers.
// Do not change it: it is written again when a container changes.
{
  "servers": {
    ":443": {
      "SSH": {
        // c4 (000000000004)
        "CATCHALL": { "action": "FORWARD", "to_addr": "10.88.0.4:443" },
      },
      "TLS": {
        // c1 (000000000001)
        "SNI a.example": { "action": "FORWARD", "to_addr": "10.88.0.1:443" },
        // c2 (000000000002), c3 (000000000003)
        "SNI b.example": { "action": "FORWARD", "to_addr": ["10.88.0.2:443", "10.88.0.3:443"], "send_proxy": "v2" },
      }
    },
    ":80": {
      "HTTP": {
        // c1 (000000000001)
        "HOST a.example": { "action": "FORWARD", "to_addr": "10.88.0.1:443" },
      }
    }
  }
}
`,
  );
  assertEquals(containers, 4);
  valueOf(text);
});

Deno.test("include text: without a route it is a config that adds nothing", () => {
  const { text, containers } = includeText([]);
  assertEquals(valueOf(text), { servers: {} });
  assertEquals(containers, 0);
});

Deno.test("include text: the order of containers does not matter", () => {
  const routes = [
    route("SNI a.example", [1]),
    route("SNI b.example", [2]),
    route("CATCHALL", [3], { protocol: "SSH" }),
  ];
  assertEquals(
    includeText(routes).text,
    includeText([...routes].reverse()).text,
  );
});

Deno.test("include text: each line is known by its route", () => {
  const routes = [
    route("SNI a.example", [1]),
    route("CATCHALL", [3], { protocol: "SSH" }),
    route("SNI b.example", [2], { listen: ":80" }),
  ];
  const { text, lines } = includeText(routes);
  const all = text.split("\n");
  assertEquals(lines.size, 3);
  for (const [line, { rule }] of lines) {
    assert(all[line - 1]!.includes(JSON.stringify(rule)), all[line - 1]);
  }
});

Deno.test("include text: nothing of a name or a rule leaves its place", () => {
  const names = ["a*/b", "a\n}", "\u2028x", "//", 'q"', "ü", "\x1b[31m"];
  for (const name of names) {
    const rule = `SNI ${name}`;
    const { text } = includeText([route(rule, [1], { name })]);
    assert(/^[\x20-\x7e\n]*$/.test(text), JSON.stringify(text));
    assertEquals(valueOf(text), {
      servers: {
        ":443": {
          TLS: { [rule]: { action: "FORWARD", to_addr: "10.88.0.1:443" } },
        },
      },
    });
  }
});

Deno.test("include text: it stays smaller than a config may be", () => {
  const long = "x".repeat(MAX_TEXT_LENGTH / 3);
  const { text, leftOut } = includeText(
    ["a", "b", "c", "d"].map((name) => route(name + long, [1])),
  );
  assert(text.length < MAX_TEXT_LENGTH);
  assertEquals(leftOut.map(({ rule }) => rule[0]), ["c", "d"]);
  valueOf(text);
});

Deno.test("include text: two containers with one address are one target", () => {
  const one = route("SNI a.example", [1, 1]);
  assert(includeText([one]).text.includes('"to_addr": "10.88.0.1:443"'));
});
