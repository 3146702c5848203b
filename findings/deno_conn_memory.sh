#!/usr/bin/env bash
# Deno 2.9.6: bytes of the JavaScript heap that a TCP connection takes.
#
# Guess: a Deno.TcpConn and its two addresses are four small objects, some 250 bytes; a
# read that waits is two promises and a callback, about the same again.
# Seen: 850 bytes for a connection and 1150 for a read that waits, so 4 KB for the two
# connections of a relay. The addresses come from Rust (ext/net/ops.rs: IpAddr, by
# serde_v8) as dictionaries with a hidden class each. Each Conn makes a Set for its
# pending reads (ext/net/01_net.js: #pendingReadPromises), and an async function wraps
# the promise of each read, which is itself one of two (libs/core/00_infra.js:
# setPromise).
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit deno@2.9.6 >/dev/null

cat >conns.ts <<'TS'
const COUNT = 2_000;
const heap = async () => {
  await new Promise((done) => setTimeout(done, 300));
  (globalThis as unknown as { gc(): void }).gc();
  return Deno.memoryUsage().heapUsed;
};
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const { port } = listener.addr as Deno.NetAddr;
const conns: Deno.Conn[] = [];
async function open(pairs: number) {
  while (pairs-- > 0) {
    const dialled = Deno.connect({ hostname: "127.0.0.1", port });
    conns.push(await listener.accept(), await dialled);
  }
}
await open(200);
const before = await heap();
await open(COUNT);
const opened = await heap();
const buffer = new Uint8Array(64);
for (const conn of conns.slice(-2 * COUNT)) conn.read(buffer).catch(() => {});
const reading = await heap();
const is = (code: string) => eval(`(a, b) => ${code}`);
const [{ remoteAddr: a }, { remoteAddr: b }] = conns;
const each = (bytes: number) => Math.round(bytes / 2 / COUNT);
console.log(JSON.stringify({
  conn: each(opened - before),
  read: each(reading - opened),
  dictionary: !is("%HasFastProperties(a)")(a),
  ownClass: !is("%HaveSameMap(a, b)")(a, b),
}));
for (const conn of conns) conn.close();
listener.close();
TS
flags=--v8-flags=--expose-gc,--allow-natives-syntax
ulimit -n "$(ulimit -Hn)"
node_modules/.bin/deno run --no-prompt "$flags" --allow-net=127.0.0.1 conns.ts | tee seen.json
python3 -c 'import json
seen = json.load(open("seen.json"))
raise SystemExit(not (seen["conn"] > 600 and seen["read"] > 900 and seen["dictionary"] and seen["ownClass"]))'
