/**
 * The real Caddy with its layer 4 app, and passthru with what is imported of its
 * config. Debian's Caddy is without that app: not part of the suite, for a machine
 * that has one with it. The app as of October 2024 has been tried, built with
 * Caddy 2.6.2.
 */
import { assert, assertEquals } from "@std/assert";
import { startDaemon, tempFolder } from "../../support/daemon.ts";
import { freePorts } from "../../support/free_ports.ts";
import { importText } from "../../support/imports.ts";
import { NamedTargets } from "../../support/named_targets.ts";
import { serveConfig } from "../../support/passthru.ts";
import { run } from "../../support/programs.ts";
import { madeOpenings } from "../../support/routing_openings.ts";
import { differing } from "../../support/same_targets.ts";

const NAMES = ["one", "two", "three", "four", "five"];
/** A route to a target, for any of some sets of matchers. */
const to = (name: string, ...match: readonly object[]) => ({
  ...(match.length === 0 ? {} : { match }),
  handle: [{
    handler: "proxy",
    upstreams: [{ dial: [`127.0.0.1:{${name}}`] }],
  }],
});

/** Routes by what they show. */
const ROUTES: Readonly<Record<string, readonly object[]>> = {
  "names, then SSH, then HTTP": [
    to("one", { tls: { sni: ["www.example.com", "example.org"] } }),
    to("two", { tls: { sni: ["*.example.com"] } }),
    to("three", { ssh: {} }),
    to("four", { http: [{ host: ["www.example.com"] }] }),
    to("five", { http: [] }),
  ],
  "ALPN before names, all others of TLS": [
    to("one", { tls: { alpn: ["acme-tls/1"] } }),
    to("two", { tls: { sni: ["*.example.net"], alpn: ["h2"] } }),
    to("three", { tls: { sni: ["*.example.net", "app1.example.com"] } }),
    to("four", { tls: {} }),
    to("five", { ssh: {} }, { http: [] }),
  ],
  "subroutes, addresses, and what is not": [
    {
      match: [{ remote_ip: { ranges: ["127.0.0.0/8"] } }],
      handle: [{
        handler: "subroute",
        routes: [
          to("one", {
            tls: { sni: ["*.example.com"] },
            not: [{ tls: { sni: ["blocked.example.com"] } }],
          }),
          to("two", { tls: {} }),
        ],
      }],
    },
    to("three", { not: [{ remote_ip: { ranges: ["10.0.0.0/8"] } }], ssh: {} }),
    to("four", { http: [{ path: ["/a"] }] }),
  ],
  "expressions, and protocols": [
    to("one", { regexp: { pattern: "^EHL", count: 3 } }),
    to("two", { rdp: { cookie_hash: "eltons" } }),
    to("three", { rdp: {} }, { socks5: {} }),
    to("four", { local_ip: { ranges: ["127.0.0.0/8"] }, http: [] }),
    to("five", { tls: {} }),
  ],
};
/** What Caddy closes after its matching_timeout, and why passthru does not. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  "opening of TLS in an SSLv2 hello": "Caddy does not know such a hello",
  "opening of HTTP2":
    "Caddy waits for more than the preface, which such a client may send after the settings of the server only",
  "opening of SOCKS":
    "matchers of routes before want more bytes than the client sends",
};
const OPENINGS = madeOpenings().filter(({ name }) =>
  !Object.hasOwn(DIFFERENCES, name)
);

async function hasLayer4(): Promise<boolean> {
  const { text } = await run("caddy", ["list-modules"]);
  return text.includes("layer4.handlers.proxy");
}

for (const [title, routes] of Object.entries(ROUTES)) {
  Deno.test({
    name: `the import decides as the real Caddy does: ${title}`,
    async fn() {
      assert(
        await hasLayer4(),
        "a Caddy with its layer 4 app must be installed",
      );
      await using targets = new NamedTargets(NAMES);
      await using folder = await tempFolder();
      const [port] = freePorts(1) as [number];
      const text = targets.filled(
        JSON.stringify(
          {
            admin: { disabled: true },
            logging: { logs: { default: { level: "ERROR" } } },
            apps: {
              layer4: {
                servers: { s: { listen: [`127.0.0.1:${port}`], routes } },
              },
            },
          },
          null,
          1,
        ),
        {},
      );
      const file = `${folder.path}/caddy.json`;
      await Deno.writeTextFile(file, text);
      await using _caddy = await startDaemon({
        program: "caddy",
        args: ["run", "--config", file],
        ports: [port],
      });
      const { config, problems } = await importText(text, {
        format: "caddy",
        file,
      });
      assertEquals(problems, []);
      const [server] = Object.values(config.servers);
      await using passthru = serveConfig({
        ...config,
        servers: { "127.0.0.1:0": server },
      });
      const { found, targets: used } = await differing(
        OPENINGS,
        [port, passthru.port],
      );
      assertEquals(found, []);
      assert(used.size > 3, "more than three targets are used");
    },
  });
}
