#!/usr/bin/env bash
# Deno 2.9.6: the order of reads and writes when many connections are ready.
#
# Guess: as in Node, a connection that is ready is read, its bytes are handled and
# written, and then the next one is read.
# Seen: all reads that are ready are made first (the op driver, a task of its own, polls
# them; up to tokio's budget of 128), then resolved in one call of JavaScript
# (deno_core: dispatch_event_loop_tick), and then all writes are made. The answer that
# is ready first is written after the reads of all others. This adds latency at full
# load which no code in JavaScript changes.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit deno@2.9.6 node@20.18.1 >/dev/null
apt-get -o APT::Sandbox::User=root download -qq strace=6.1-0.1 libunwind8=1.6.2-3 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu"

# Each answers a byte with that byte. After a "b" it is busy for a second, in which all
# other clients send theirs. It ends with its standard input.
cat >busy.mjs <<'JS'
export function busy() {
  for (const end = Date.now() + 1000; Date.now() < end;);
}
JS
cat >deno.mjs <<'JS'
import { busy } from "./busy.mjs";
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(listener.addr.port);
async function answer(conn) {
  const byte = new Uint8Array(1);
  while (await conn.read(byte) !== null) {
    await conn.write(byte);
    if (byte[0] === 98) busy();
  }
}
(async () => {
  for await (const conn of listener) answer(conn);
})();
for await (const _ of Deno.stdin.readable);
Deno.exit();
JS
cat >node.mjs <<'JS'
import net from "node:net";
import { busy } from "./busy.mjs";
const server = net.createServer((socket) =>
  socket.on("data", (bytes) => {
    socket.write(bytes);
    if (bytes[0] === 98) busy();
  })
);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume().on("end", () => process.exit());
JS
cat >clients.py <<'PY'
import re, socket, subprocess, sys
name, *command = sys.argv[1:]
server = subprocess.Popen(
    ["root/usr/bin/strace", "-f", "-o", f"{name}.txt", "-e", "trace=recvfrom,read,sendto,write", *command],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE)
try:
    address = ("127.0.0.1", int(server.stdout.readline()))
    clients = [socket.create_connection(address) for _ in range(32)]
    for client in clients:  # All are served from here on.
        client.sendall(b"a")
        client.recv(1)
    clients[0].sendall(b"b")
    clients[0].recv(1)
    for client in clients[1:]:
        client.sendall(b"c")
    for client in clients[1:]:
        client.recv(1)
finally:
    server.stdin.close()
    server.wait()
longest = now = 0
for line in open(f"{name}.txt"):
    if re.search(r'(recvfrom|read)\(\d+, "c"', line):
        now += 1
        longest = max(longest, now)
    elif re.search(r'(sendto|write)\(\d+, "c"', line):
        now = 0
print(longest)
PY
deno=$(python3 clients.py deno node_modules/.bin/deno run --no-prompt --allow-net=127.0.0.1 deno.mjs)
node=$(python3 clients.py node node_modules/.bin/node node.mjs)
echo "31 connections are ready: Deno 2.9.6 makes $deno reads before the first write, Node 20.18.1 $node"
[ "$deno" -eq 31 ] && [ "$node" -eq 1 ]
