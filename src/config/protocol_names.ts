/**
 * What is said of a protocol that no detector knows.
 *
 * @module
 */
import type { Transport } from "../detect/detector.ts";
import { PSEUDO_PROTOCOLS, type Registry } from "../detect/registry.ts";
import { didYouMean, orList, quoted } from "./diagnostics.ts";

/** What people also call a protocol. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  "*": "CATCHALL",
  ANY: "CATCHALL",
  DEFAULT: "CATCHALL",
  ELSE: "CATCHALL",
  FALLBACK: "CATCHALL",
  GRPC: "HTTP2",
  H2: "HTTP2",
  H2C: "HTTP2",
  HTTPS: "TLS",
  MONGO: "MONGODB",
  PGSQL: "POSTGRES",
  POSTGRESQL: "POSTGRES",
  RABBITMQ: "AMQP",
  SFTP: "SSH",
  SQLSERVER: "MSSQL",
  SSL: "TLS",
  WEBSOCKET: "HTTP",
  WS: "HTTP",
  WSS: "TLS",
};

/** The same, over UDP. */
const OTHER_DATAGRAM_NAMES: Readonly<Record<string, string>> = {
  BEDROCK: "RAKNET",
  H3: "QUIC",
  HTTP3: "QUIC",
  HTTPS: "QUIC",
  IPSEC: "IKE",
  MINECRAFT: "RAKNET",
  TLS: "QUIC",
  WG: "WIREGUARD",
};

/**
 * Protocols in which the server speaks first: what their clients send comes too
 * late to be routed by it.
 */
const SERVER_SPEAKS_FIRST = new Set(
  "FTP IMAP LMTP MARIADB MYSQL NNTP POP POP3 RFB SIEVE SMTP SUBMISSION VNC"
    .split(" "),
);

/** Most names that a message lists; of more it points to the list. */
const MAX_LISTED_NAMES = 12;
/** Most names that such a message offers. */
const MAX_OFFERED_NAMES = 3;

/** Says what is wrong with a name that is not in the registry. */
export function unknownProtocol(
  name: string,
  registry: Registry,
  transport: Transport,
): string {
  const head = `Unknown protocol ${quoted(name)}`;
  const upper = name.toUpperCase();
  if (transport === "udp") return unknownDatagramProtocol(name, registry);
  if (registry.getDatagram(upper) !== undefined) {
    return `${head}: it is found over UDP alone, in a server whose key ends in "/udp"`;
  }
  if (SERVER_SPEAKS_FIRST.has(upper)) {
    return `${head}: its server speaks first and its client waits, expected SILENT`;
  }
  const names = [...registry.names, ...PSEUDO_PROTOCOLS].sort();
  const meant = OTHER_NAMES[upper] ?? name;
  return `${head}: expected ${
    names.length <= MAX_LISTED_NAMES
      ? orList(names) + didYouMean(meant, names)
      : `a detector, ${orList(PSEUDO_PROTOCOLS)}${
        didYouMean(meant, names, MAX_OFFERED_NAMES)
      }; run "passthru detectors" for the list`
  }`;
}

/** As {@linkcode unknownProtocol}, of a server for datagrams. */
function unknownDatagramProtocol(name: string, registry: Registry): string {
  const head = `Unknown protocol ${quoted(name)} of UDP`;
  const upper = name.toUpperCase();
  const names = [...registry.datagramNames, "CATCHALL"].sort();
  const meant = OTHER_DATAGRAM_NAMES[upper] ?? OTHER_NAMES[upper] ?? name;
  const guess = didYouMean(meant, names, MAX_OFFERED_NAMES);
  if (guess === "" && registry.get(upper) !== undefined) {
    return `${head}: it is found over TCP alone, in a server whose key has no "/udp"`;
  }
  return `${head}: expected a detector for datagrams or CATCHALL${guess}; run "passthru detectors" for the list`;
}
