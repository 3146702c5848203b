/** The peers that a bench knows. */
import { haproxy } from "./haproxy.ts";
import { NGINX } from "./nginx.ts";
import { passthru } from "./passthru.ts";
import type { Peer } from "./peer.ts";
import { SNIPROXY } from "./sniproxy.ts";
import { sslh } from "./sslh.ts";

/** All peers; of passthru only what is to be compared with passthru itself. */
export const PEERS: readonly Peer[] = [
  haproxy({ splice: false }),
  haproxy({ splice: true }),
  NGINX,
  sslh("sslh"),
  sslh("sslh-select"),
  sslh("sslh-ev"),
  SNIPROXY,
  passthru({ name: "passthru-admin", admin: true }),
  passthru({ name: "passthru-log", log: true }),
  passthru({ name: "passthru-admin-log", admin: true, log: true }),
];
