#!/usr/bin/env bash
# cassandra-driver 4.8.0: its first message to any server has a protocol version of DSE.
#
# Guess: it starts with the newest version of Cassandra's own protocol that it knows, 4
# or 5, and tries a lower one when the server answers with an error.
# Seen: the first message is a STARTUP (opcode 1) with the version byte 0x42, version 2
# of DataStax Enterprise (DSE), which Apache Cassandra does not have. A detector that
# knows only the versions of the public specification misses this connection.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit --ignore-scripts cassandra-driver@4.8.0 >/dev/null

cat >client.cjs <<'JS'
const { Client } = require("cassandra-driver");
const { createServer } = require("node:net");
const server = createServer((socket) => {
  socket.on("error", () => {});
  socket.once("data", (bytes) => {
    console.log(`cassandra-driver 4.8.0: version byte 0x${bytes[0].toString(16)}, opcode ${bytes[4]}`);
    process.exit(bytes[0] === 0x42 && bytes[4] === 1 ? 0 : 1);
  });
}).listen(0, "127.0.0.1", () => {
  const client = new Client({
    contactPoints: [`127.0.0.1:${server.address().port}`],
    localDataCenter: "dc1",
  });
  client.connect().catch(() => {});
});
setTimeout(() => process.exit(1), 30000);
JS
node client.cjs
