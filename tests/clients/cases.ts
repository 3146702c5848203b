/** The clients, how passthru is told to route them, and what must come of it. */
import type { ReportFacts } from "../../src/observe/report.ts";

/** What a server that is no real one says: see `npm/stub.mjs`. */
const SAID = "said by the stub";

/** One client. */
export interface ClientCase {
  /** Its module in `npm/`. */
  readonly name: string;
  /** The npm package; `null`: it is another program. */
  readonly package: string | null;
  /** What it is to be named. */
  readonly protocol: string;
  /** The rule of that protocol that leads to the server. */
  readonly rule: string;
  /** Facts that must be there, exact or by a pattern. */
  readonly facts: Readonly<Record<string, ReportFacts[string] | RegExp>>;
  /** What it must have got from the server. */
  readonly gets: string;
}

/** All of them. */
export const CASES: readonly ClientCase[] = [
  client("pg", "POSTGRES", "DATABASE shop", { user: "alice" }),
  client("pg_ssl", "POSTGRES", "CATCHALL", { tls: true }, { package: "pg" }),
  client("pg_direct", "TLS", "ALPN postgresql", { sni: "clients.test" }, {
    package: "pg",
  }),
  client("mysql2", "SILENT", "CATCHALL", {}),
  client("mongodb", "MONGODB", "CATCHALL", {}),
  client("redis", "REDIS", "CATCHALL", { command: "HELLO" }),
  client("ioredis", "REDIS", "CATCHALL", { command: "HELLO" }),
  client("kafkajs", "KAFKA", "CATCHALL", {}, {
    gets: "Cluster authorization failed",
  }),
  client("mqtt", "MQTT", "CLIENT_ID clients", { version: "5.0" }, {
    gets: "Not authorized",
  }),
  client("amqplib", "AMQP", "VERSION 0-9-1", {}),
  client("grpc", "HTTP2", "PATH /clients.Clients/*", { method: "POST" }, {
    package: "@grpc/grpc-js",
  }),
  client("ssh2", "SSH", "CATCHALL", { software: /^ssh2js/ }),
  client("ldapts", "LDAP", "CATCHALL", {}),
  client("cassandra", "CASSANDRA", "CATCHALL", {}, {
    package: "cassandra-driver",
  }),
  client("neo4j", "BOLT", "CATCHALL", {}, {
    package: "neo4j-driver",
  }),
  client("nats", "SILENT", "CATCHALL", {}),
  client("tedious", "MSSQL", "CATCHALL", {}),
  client("tedious_strict", "TLS", "ALPN tds/8.0", { sni: "clients.test" }, {
    package: "tedious",
  }),
  client("oracledb", "ORACLE", "CATCHALL", {}, {
    gets: 'Service "shop" is not registered',
  }),
  client("minecraft", "MINECRAFT", "HOST 127.0.0.1", { next_state: "status" }, {
    package: "minecraft-server-util",
  }),
  client("ws", "HTTP", "UPGRADE websocket", { path: "/chat" }),
  client("node_tls", "TLS", "SNI clients.test", {}, { package: null }),
  client("bun_tls", "TLS", "SNI clients.test", {}, { package: "bun" }),
  client("deno_tls", "TLS", "SNI clients.test", { alpn: ["http/1.1"] }, {
    package: null,
  }),
  client("chromium", "TLS", "SNI clients.test ECH", { ech: true }, {
    package: null,
  }),
];

function client(
  name: string,
  protocol: string,
  rule: string,
  facts: ClientCase["facts"],
  more: Partial<ClientCase> = {},
): ClientCase {
  return { name, package: name, protocol, rule, facts, gets: SAID, ...more };
}
