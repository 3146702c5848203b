#!/usr/bin/env bash
# pg 8.23.1: it cancels a query of a TLS connection over a second one without TLS.
#
# Guess: the connection that carries the CancelRequest is opened with the same options as
# the other, so with "ssl" it starts with an SSLRequest and the rest is in TLS, as with
# the client postgres 3.4.9.
# Seen: its first bytes are the CancelRequest (code 80877102). It names no user, database
# or server name: a proxy that routes by one of them, or accepts TLS only, does not pass
# it on to the server of the query, and the query runs on.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit --ignore-scripts pg@8.23.1 postgres@3.4.9 >/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem \
  -days 2 -subj /CN=localhost 2>/dev/null

cat >cancel.cjs <<'JS'
const { createServer } = require("node:net");
const { TLSSocket } = require("node:tls");
const { readFileSync } = require("node:fs");
const tls = { isServer: true, key: readFileSync("key.pem"), cert: readFileSync("cert.pem") };
const NAMES = { 80877103: "SSLRequest", 80877102: "CancelRequest", 196608: "StartupMessage" };

const message = (type, ...bytes) => Buffer.from([type.charCodeAt(0), 0, 0, 0, bytes.length + 4, ...bytes]);
const READY = Buffer.concat([message("R", 0, 0, 0, 0), message("K", 0, 0, 0, 1, 0, 0, 0, 2), message("Z", 0x49)]);

/** A server that answers no query. `queried` ends when a query comes, `opened` has what each connection starts with. */
async function serve() {
  const opened = [];
  let onQuery, onCancel;
  const queried = new Promise((resolve) => onQuery = resolve);
  const cancelled = new Promise((resolve) => onCancel = resolve);
  const server = createServer((socket) => {
    const starts = [];
    opened.push(starts);
    const read = (stream) => {
      stream.on("error", () => {});
      stream.once("data", (bytes) => {
        const name = NAMES[bytes.readInt32BE(4)];
        starts.push(stream === socket ? name : `${name} in TLS`);
        if (name === "SSLRequest") {
          stream.write("S");
          read(new TLSSocket(stream, tls));
        } else if (name === "CancelRequest") onCancel();
        else {
          stream.write(READY);
          stream.once("data", onQuery);
        }
      });
    };
    read(socket);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: server.address().port, opened, queried, cancelled };
}

const options = (port) => ({ host: "127.0.0.1", port, user: "reader", database: "shop", ssl: { rejectUnauthorized: false } });

async function viaPg() {
  const { Client, Query } = require("pg");
  const { port, opened, queried, cancelled } = await serve();
  const client = new Client(options(port));
  client.on("error", () => {});
  await client.connect();
  const query = new Query("select 1");
  client.query(query);
  await queried;
  new Client(options(port)).on("error", () => {}).cancel(client, query);
  await cancelled;
  return opened;
}

async function viaPostgres() {
  const { port, opened, queried, cancelled } = await serve();
  const sql = require("postgres")({ ...options(port), max: 1, fetch_types: false });
  const query = sql`select 1`.simple();
  query.catch(() => {});
  query.execute();
  await queried;
  query.cancel();
  await cancelled;
  return opened;
}

setTimeout(() => process.exit(1), 60000).unref();
(async () => {
  const seen = JSON.stringify({ pg: await viaPg(), postgres: await viaPostgres() });
  console.log("what the connection of the query and that of the cancel start with:", seen);
  const query = ["SSLRequest", "StartupMessage in TLS"];
  const expected = { pg: [query, ["CancelRequest"]], postgres: [query, ["SSLRequest", "CancelRequest in TLS"]] };
  process.exit(seen === JSON.stringify(expected) ? 0 : 1);
})();
JS
node --no-deprecation cancel.cjs
