import { assert } from "@std/assert";
import { haproxy } from "./peers/haproxy.ts";
import { NGINX } from "./peers/nginx.ts";
import { passthru } from "./peers/passthru.ts";
import { SNIPROXY } from "./peers/sniproxy.ts";
import { sslh } from "./peers/sslh.ts";

const SETUP = {
  port: 4000,
  httpPort: 4004,
  workers: 1,
  tlsHosts: ["bench.test"],
  ...{ tls: 4001, http: 4002, rest: 4003 },
  connections: 6000,
};

/** A text without what a formatter may change, or what is not always there. */
function essence(text: string): string {
  return text.replace(/^load_module .*$/m, "").replace(/[\s,]+/g, " ").trim();
}

Deno.test("the README of the bench shows the configs that are measured", async () => {
  const readme = essence(
    await Deno.readTextFile(new URL("README.md", import.meta.url)),
  );
  const shown = [
    passthru(),
    haproxy({ splice: false }),
    NGINX,
    sslh("sslh"),
    SNIPROXY,
  ];
  for (const peer of shown) {
    const config = essence(peer.config(SETUP));
    assert(readme.includes(config), `${peer.name}: ${config}`);
  }
});
