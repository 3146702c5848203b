#!/usr/bin/env bash
# ioredis 6.0.0: it sends a command again after each lost connection, also more often
# than maxRetriesPerRequest allows.
#
# Guess: a command that was sent, and whose answer is lost with the connection, is sent
# again on the next one at most maxRetriesPerRequest times (20 by default) and then
# rejected. The client redis 6.3.1 sends it once and rejects it.
# Seen: each connection that gets as far as the command sets the count back, so one
# INCR is sent again for as long as the server closes after it. Behind a proxy that
# closes after it has forwarded (the target dies, a limit, a reload), each may count.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit --ignore-scripts ioredis@6.0.0 redis@6.3.1 >/dev/null

cat >clients.cjs <<'JS'
const { createServer } = require("node:net");
const { Redis } = require("ioredis");
const { createClient } = require("redis");
const MANY = 30;

// Answers what a client asks at its start, and closes when INCR comes.
function serve(onIncr) {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk) => {
        for (const [, name] of chunk.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/g)) {
          if (name.toUpperCase() === "INCR") {
            onIncr();
            return socket.destroy();
          }
          const answers = { HELLO: "%1\r\n+proto\r\n:3\r\n", INFO: "$11\r\nloading:0\r\n\r\n" };
          socket.write(answers[name.toUpperCase()] ?? "+OK\r\n");
        }
      });
    }).listen(0, "127.0.0.1", () => resolve(server.address().port));
  });
}

async function viaIoredis() {
  let sent = 0, rejected = false, enough;
  const many = new Promise((resolve) => enough = resolve);
  const port = await serve(() => ++sent === MANY && enough());
  const client = new Redis({ host: "127.0.0.1", port, retryStrategy: () => 10 });
  client.on("error", () => {});
  const incr = client.incr("counter").then(() => {}, () => rejected = true);
  await Promise.race([many, incr]);
  const seen = { limit: client.options.maxRetriesPerRequest, sent, rejected };
  client.disconnect();
  return seen;
}

async function viaRedis() {
  let sent = 0;
  const port = await serve(() => sent++);
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  client.on("error", () => {});
  await client.connect();
  const rejected = await client.incr("counter").then(() => false, () => true);
  // A later command is answered: the client has connected again, without that INCR.
  await client.sendCommand(["PING"]);
  client.destroy();
  return { sent, rejected };
}

setTimeout(() => process.exit(1), 60000).unref();
(async () => {
  const ioredis = await viaIoredis(), redis = await viaRedis();
  console.log("ioredis 6.0.0:", ioredis, "redis 6.3.1:", redis);
  const same = ioredis.limit === 20 && ioredis.sent === MANY && !ioredis.rejected && redis.sent === 1 && redis.rejected;
  process.exit(same ? 0 : 1);
})();
JS
node clients.cjs
