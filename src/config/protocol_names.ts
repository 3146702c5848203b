/**
 * What is said of a protocol that no detector knows.
 *
 * @module
 */
import { PSEUDO_PROTOCOLS, type Registry } from "../detect/registry.ts";
import { didYouMean, orList } from "./diagnostics.ts";

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
export function unknownProtocol(name: string, registry: Registry): string {
  const head = `Unknown protocol ${JSON.stringify(name)}`;
  const upper = name.toUpperCase();
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
