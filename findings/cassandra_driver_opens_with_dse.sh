#!/usr/bin/env bash
# cassandra-driver 4.8.0: towards any server its first message is of DSE's version 2.
#
# Guess: it opens with the newest version of Cassandra's own protocol that it knows, 4
# or 5, and goes down when the server answers with an error.
# Seen: the first byte is 0x42, the version 2 of DataStax Enterprise, which Apache
# Cassandra does not have; only then it tries others. A detector that takes the
# versions of the public specification misses the first connection of each client.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-fund --no-audit --ignore-scripts cassandra-driver@4.8.0 >/dev/null

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
