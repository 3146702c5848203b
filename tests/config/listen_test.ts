/** The address of a server in its options, and in a file. */
import { assertEquals } from "@std/assert";
import { RouteJudge } from "../../src/config/include/judge.ts";
import { ALL_DETECTORS } from "../support/all_detectors.ts";
import {
  documentsOf,
  type FakeFiles,
  loadFiles,
  saidOf,
} from "../support/included.ts";
import { failedExpectations } from "../../src/explain/expectations.ts";

/** A config with a server `web` that has these options. */
function web(options: unknown, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    version: "v1.0.0",
    servers: { web: { options, SSH: "127.0.0.1:22" } },
    ...more,
  });
}

function load(main: string, values: FakeFiles = {}) {
  const loaded = loadFiles(main, [], values);
  return {
    said: saidOf(loaded),
    addresses: loaded.plan?.listeners.map(({ address }) => address.text),
    loaded,
  };
}

Deno.test("listen: the address is that of the options, in a file, too", () => {
  const values = { "listen.addr": "# not a comment here\n" };
  assertEquals(load(web({ listen: ":443" })).addresses, [":443"]);
  const file = web({ listen: "file:listen.addr" });
  const forms = ["10.0.0.5:443\n", "[::1]:8443", "unix:/run/a.sock"];
  for (const text of forms) {
    const { said, addresses } = load(file, { "listen.addr": text });
    assertEquals([said, addresses], [[], [text.trim()]]);
  }
  // A comment is for lists only.
  assertEquals(load(file, values).said.length, 1);
  // The key stays a name, also if it could be an address.
  const keyed = web({ listen: "file:listen.addr" }).replace('"web"', '":443"');
  const { addresses } = load(keyed, { "listen.addr": "10.0.0.5:443" });
  assertEquals(addresses, ["10.0.0.5:443"]);
});

Deno.test("listen: what is wrong is said at its place, and once", () => {
  const file = web({ listen: "file:a" });
  assertEquals(load(file, { a: "10.0.0.5" }).said, [
    'a:1:1: Invalid listening address "10.0.0.5": the port is missing, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443"',
  ]);
  assertEquals(load(file).said, [
    'main.jsonc:1:59: Cannot use value "file:a": no such file',
  ]);
  assertEquals(load(web({ listen: 443 })).said.length, 1);
  // The transport is that of the key then.
  const udp = { ":443/udp": { options: { listen: 443 }, QUIC: "127.0.0.1:1" } };
  assertEquals(load(web({}, { servers: udp })).said.length, 1);
  assertEquals(load(web({})).said, [
    'main.jsonc:1:32: Invalid listening address "web": the port is missing, expected an address such as ":443", "127.0.0.1:443" or "[::1]:443"',
  ]);
  assertEquals(
    load(web({ listen: ":1" }, { defaults: { listen: ":2" } })).said,
    [
      'main.jsonc:1:100: Field "listen" belongs in the options of one server: all would have the same address',
    ],
  );
  const two = JSON.stringify({
    version: "v1.0.0",
    servers: {
      a: { options: { listen: "127.0.0.1:0" }, SSH: "127.0.0.1:22" },
      b: { options: { listen: "127.0.0.1:0" }, SSH: "127.0.0.1:22" },
    },
  });
  assertEquals(load(two).said.map((line) => line.split(":").slice(0, 3)), [
    ["main.jsonc", "1", "94"],
  ]);
});

Deno.test("listen: a server for UDP is one by its address", () => {
  const QUIC = "127.0.0.1:8443";
  const main = JSON.stringify({
    version: "v1.0.0",
    servers: { web: { options: { listen: "file:a" }, QUIC } },
  });
  const { said, loaded } = load(main, { a: ":443/udp" });
  assertEquals(said, []);
  assertEquals(loaded.plan!.listeners[0]!.transport, "udp");
});

Deno.test("listen: of a server whose address is missing, nothing is said that its transport decides", () => {
  const said = (protocols: unknown, listen: unknown = "file:a") => {
    const options = { listen };
    const servers = { web: { options, ...(protocols as object) } };
    return load(JSON.stringify({ version: "v1.0.0", servers })).said
      .map((line) => line.replace(/^\S+ /, ""));
  };
  const missing = 'Cannot use value "file:a": no such file';
  const QUIC = "127.0.0.1:1";
  const refused = { CATCHALL: { action: "REJECT", with: "refused" } };
  assertEquals(said({ QUIC }), [missing]);
  assertEquals(said({ DNS: refused }), [missing]);
  assertEquals(said({ QUIC, DNS: refused, CATCHALL: QUIC }), [missing]);
  assertEquals(said({ SSH: QUIC, SILENT: QUIC }), [missing]);
  assertEquals(said({ QUIC }, 443).length, 1);
  // What is wrong over either is said.
  const wrong = "127.0.0.1";
  for (const protocols of [{ QUIC: wrong }, { SSH: wrong }]) {
    const [first, second, ...others] = said(protocols);
    assertEquals([first, others], [missing, []]);
    assertEquals(second!.startsWith("Invalid target"), true, second);
  }
});

Deno.test("listen: expectations, other files and labels know the server by its key", () => {
  const main = web({ listen: "file:a" }, {
    include: [{
      files: "f",
      within: { listeners: ["web"], to: ["10.0.0.0/8"] },
    }],
    expect: [
      { server: "web", ssh: {}, target: "127.0.0.1:22" },
      { server: "web", ssh: {}, target: "127.0.0.1:23" },
    ],
  });
  const f =
    `{ "servers": { "web": { "TLS": { "SNI a.org": "10.0.0.1:443" } } } }`;
  const values = { a: ":443" };
  const loaded = loadFiles(main, [{ f }], values);
  assertEquals(saidOf(loaded), []);
  const [listener, ...others] = loaded.plan!.listeners;
  assertEquals(others, []);
  assertEquals(
    listener!.protocols.map(({ protocol }) => protocol),
    ["SSH", "TLS"],
  );
  assertEquals(failedExpectations(loaded).length, 1);
  const documents = documentsOf(main, [], values);
  const judge = RouteJudge.of(documents, ALL_DETECTORS, {
    entry: documents.entries[0]!,
  }) as RouteJudge;
  const request = { protocol: "TLS", rule: "SNI a.org", action: "10.0.0.1:1" };
  assertEquals(judge.judge({ server: "web", ...request }).ok, true);
  assertEquals(judge.judge({ server: ":443", ...request }).ok, false);
});
