#!/usr/bin/env bash
# @grpc/grpc-js 1.14.0: it sends no request before the server's SETTINGS frame.
#
# Guess: an HTTP/2 client may send HEADERS right after the preface and its own SETTINGS
# (RFC 9113, section 3.4). node:http2, on which grpc-js is built, does so.
# Seen: node:http2 (Node 20.19.5) sends HEADERS at once. grpc-js sends the preface and
# SETTINGS, and then waits. A proxy that wants to route by :authority before it connects
# to a server never sees one from this client.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit node@20.19.5 >/dev/null
npm install --loglevel=error --no-fund --no-audit --ignore-scripts @grpc/grpc-js@1.14.0 >/dev/null

cat >client.cjs <<'JS'
const grpc = require("@grpc/grpc-js");
const http2 = require("node:http2");
const { createServer } = require("node:net");

// Frame types behind the preface, until nothing more has come for two seconds.
function frameTypes(connect) {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      const chunks = [];
      let quiet;
      const look = () => {
        clearTimeout(quiet);
        quiet = setTimeout(() => {
          const bytes = Buffer.concat(chunks).subarray(24);
          const types = [];
          for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) types.push(bytes[at + 3]);
          resolve(types);
          socket.destroy();
          server.close();
        }, 2000);
      };
      socket.on("data", (chunk) => { chunks.push(chunk); look(); });
      socket.on("error", () => {});
    }).listen(0, "127.0.0.1", () => connect(server.address().port));
  });
}

(async () => {
  const byGrpc = await frameTypes((port) => {
    const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const bytes = (value) => value;
    client.makeUnaryRequest("/a.B/C", bytes, bytes, Buffer.alloc(0), () => {});
  });
  const byNode = await frameTypes((port) => {
    const session = http2.connect(`http://127.0.0.1:${port}`);
    session.on("error", () => {});
    session.request({ ":path": "/a.B/C", ":method": "POST" }).on("error", () => {}).end();
  });
  const HEADERS = 1, SETTINGS = 4;
  console.log("frame types: grpc-js 1.14.0", byGrpc, "node:http2 of Node 20.19.5", byNode);
  const holds = byGrpc.includes(SETTINGS) && !byGrpc.includes(HEADERS) && byNode.includes(HEADERS);
  process.exit(holds ? 0 : 1);
})();
JS
node_modules/.bin/node client.cjs
