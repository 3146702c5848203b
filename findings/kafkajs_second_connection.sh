#!/usr/bin/env bash
# kafkajs 2.2.4: only the connection to the first broker starts with ApiVersions.
#
# Guess: each connection starts with ApiVersions, because the versions that a broker
# supports belong to the connection (KIP-35).
# Seen: the client uses the first broker's versions for the others: a connection to
# another broker starts with the request that it is for, here Produce. A detector that
# recognises Kafka only by ApiVersions misses every connection but the first.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit --ignore-scripts kafkajs@2.2.4 >/dev/null

cat >client.cjs <<'JS'
const { Kafka, logLevel } = require("kafkajs");
const { createServer } = require("node:net");

const opened = []; // the first request of each connection, by its API key
const METADATA = 3, API_VERSIONS = 18;
let port;

const int16 = (n) => { const b = Buffer.alloc(2); b.writeInt16BE(n); return b; };
const int32 = (n) => { const b = Buffer.alloc(4); b.writeInt32BE(n); return b; };
const text = (s) => Buffer.concat([int16(s.length), Buffer.from(s)]);
function reply(correlation, body) {
  const payload = Buffer.concat([correlation, ...body]);
  return Buffer.concat([int32(payload.length), payload]);
}
function answer(request) {
  const key = request.readInt16BE(4), version = request.readInt16BE(6);
  const correlation = request.subarray(8, 12);
  if (key === API_VERSIONS) {
    const keys = [[METADATA, 0, 1], [API_VERSIONS, 0, 0], [0, 0, 2]];
    return reply(correlation, [int16(0), int32(keys.length), ...keys.flatMap((k) => k.map(int16)), ...(version > 0 ? [int32(0)] : [])]);
  }
  if (key === METADATA) {
    const later = version > 0;
    return reply(correlation, [
      int32(1), int32(1), text("127.0.0.1"), int32(port), ...(later ? [int16(-1), int32(1)] : []),
      int32(1), int16(0), text("t"), ...(later ? [Buffer.from([0])] : []),
      int32(1), int16(0), int32(0), int32(1), int32(1), int32(1), int32(1), int32(1),
    ]);
  }
  return null;
}

function serve(socket) {
  let rest = Buffer.alloc(0), first = true;
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const request = rest.subarray(0, 4 + rest.readInt32BE(0));
      rest = rest.subarray(request.length);
      if (first) opened.push(request.readInt16BE(4));
      first = false;
      const bytes = answer(request);
      if (bytes !== null) socket.write(bytes);
    }
  });
}

// The broker that is asked first, and the one that it names.
const seed = createServer(serve).listen(0, "127.0.0.1");
const named = createServer(serve).listen(0, "127.0.0.1", async () => {
  port = named.address().port;
  const kafka = new Kafka({ clientId: "app", brokers: [`127.0.0.1:${seed.address().port}`], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const producer = kafka.producer();
  producer.connect().then(() => producer.send({ topic: "t", messages: [{ value: "x" }] })).catch(() => {});
  const end = Date.now() + 20000;
  while (opened.length < 2 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
  console.log("kafkajs 2.2.4: API keys of the first requests of its connections:", opened);
  process.exit(opened.length >= 2 && opened[0] === API_VERSIONS && opened[1] !== API_VERSIONS ? 0 : 1);
});
JS
node client.cjs
