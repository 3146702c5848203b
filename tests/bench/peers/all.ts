/** The peers that a bench knows. */
import { haproxy } from "./haproxy.ts";
import { NGINX } from "./nginx.ts";
import type { Peer } from "./peer.ts";
import { sslh } from "./sslh.ts";

/** All peers; passthru itself is not one. */
export const PEERS: readonly Peer[] = [
  haproxy({ splice: false }),
  haproxy({ splice: true }),
  NGINX,
  sslh("sslh"),
  sslh("sslh-select"),
  sslh("sslh-ev"),
];
