/**
 * All that is tried.
 *
 * @module
 */
import { programs } from "../support/programs.ts";
import { Nghttp2 } from "./oracles/nghttp2.ts";
import { readSeeds } from "./seeds.ts";
import type { FuzzTarget } from "./target.ts";
import { captureTarget } from "./targets/capture.ts";
import { configTarget } from "./targets/config.ts";
import { datagramTarget } from "./targets/datagrams.ts";
import { hpackTarget } from "./targets/hpack.ts";
import { httpBesideNode } from "./targets/http_beside_node.ts";
import { proxyTarget } from "./targets/proxy.ts";
import { replyFilterTarget } from "./targets/reply_filter.ts";
import { tcpTarget } from "./targets/tcp.ts";
import { tlsBesideOpenssl } from "./targets/tls_beside_openssl.ts";
import { TOKENS } from "./tokens.ts";

/** The targets, and what is absent of what they could use. */
export interface Targets {
  readonly targets: readonly FuzzTarget[];
  readonly absent: readonly string[];
}

type Make = () => FuzzTarget | Promise<FuzzTarget> | null;

/** The names of all targets. */
export const TARGET_NAMES = [
  "tcp",
  "datagrams",
  "proxy",
  "hpack",
  "reply_filter",
  "config",
  "capture",
  "http_beside_node",
  "tls_beside_openssl",
] as const;

/**
 * Makes targets.
 *
 * @param names Which. Default: all whose other parser is there.
 */
export async function fuzzTargets(
  names: readonly string[] = TARGET_NAMES,
): Promise<Targets> {
  const { tcp, udp, absent } = await readSeeds();
  const missing = [...absent];
  const orMissing = (program: string, make: Make) => () => {
    if (programs([program]).missing.length === 0) return make();
    missing.push(`the program "${program}" is not there`);
    return null;
  };
  const makers: Readonly<Record<typeof TARGET_NAMES[number], Make>> = {
    tcp: () => tcpTarget(tcp, TOKENS),
    datagrams: () => datagramTarget([...udp, ...tcp], TOKENS),
    proxy: proxyTarget,
    hpack() {
      const other = Nghttp2.open();
      if (other === null) missing.push("the library of nghttp2 is not there");
      return hpackTarget(other);
    },
    reply_filter: replyFilterTarget,
    config: configTarget,
    capture: captureTarget,
    http_beside_node: orMissing("node", () => httpBesideNode(tcp, TOKENS)),
    tls_beside_openssl: orMissing(
      "python3",
      () => tlsBesideOpenssl(tcp, TOKENS),
    ),
  };
  const targets: FuzzTarget[] = [];
  for (const name of TARGET_NAMES) {
    if (!names.includes(name)) continue;
    const target = await makers[name]();
    if (target !== null) targets.push(target);
  }
  return { targets, absent: missing };
}
