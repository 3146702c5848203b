#!/usr/bin/env bash
# Deno 2.9.6 and Node 20.19.5: a port accepts connections after its only listener closed.
#
# Guess: every descriptor is close-on-exec, so starting a program in another thread does
# not affect sockets. After close() has returned (Node: "close" was emitted; Deno: the
# accept loop has ended), connecting to the port is refused.
# Seen: while worker threads start programs, some connections are accepted (here 161 of
# 57582 in Node, 1098 of 159826 in Deno); without them none. posix_spawn (Deno: clone3
# with CLONE_VM|CLONE_VFORK) and libuv's fork give the child a copy of the descriptor
# table, and close-on-exec takes effect at exec. Until then the child keeps the socket
# listening: the kernel completes handshakes for it, and resets them at exec. A client
# that would try its next address after "connection refused" uses such a connection and
# loses it. Deno.connect can also reject with NotConnected, because it asks for the
# peer's address after connect.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit deno@2.9.6 node@20.19.5 >/dev/null

cat >deno_ports.ts <<'TS'
if (Deno.args[0] === "spawn") {
  const source = `for (;;) await new Deno.Command("/bin/true").output();`;
  const url = `data:application/javascript,${encodeURIComponent(source)}`;
  for (let i = 0; i < 2; i++) new Worker(url, { type: "module" });
}
const seen = { accepted: 0, refused: 0 };
for (const end = Date.now() + 10_000; Date.now() < end;) {
  const listener = Deno.listen({ hostname: "127.0.0.2", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const accepting = listener.accept().catch(() => {});
  listener.close();
  await accepting;
  try {
    (await Deno.connect({ hostname: "127.0.0.2", port })).close();
    seen.accepted++;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) seen.refused++;
    // Reset meanwhile: "ConnectionReset", or "NotConnected" of getpeername.
    else seen.accepted++;
  }
}
console.log(`Deno ${Deno.version.deno} ${Deno.args[0]} accepted ${seen.accepted} refused ${seen.refused}`);
Deno.exit(0);
TS

cat >node_ports.mjs <<'JS'
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { isMainThread, Worker } from "node:worker_threads";

if (!isMainThread) for (;;) spawnSync("/bin/true");
if (process.argv[2] === "spawn") {
  for (let i = 0; i < 2; i++) new Worker(new URL(import.meta.url));
}
const seen = { connect: 0, error: 0 };
for (const end = Date.now() + 10_000; Date.now() < end;) {
  const server = createServer().listen(0, "127.0.0.2");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  const client = connect(port, "127.0.0.2");
  await new Promise((resolve) => {
    client.on("connect", () => resolve(seen.connect++));
    client.on("error", ({ code }) => {
      if (code === "ECONNREFUSED") resolve(seen.error++);
      else resolve(seen.connect++);
    });
  });
  client.destroy();
}
console.log(`Node ${process.version} ${process.argv[2]} accepted ${seen.connect} refused ${seen.error}`);
process.exit(0);
JS

accepted() { awk '{ for (i = 1; i < NF; i++) if ($i == "accepted") print $(i + 1) }' <<<"$1"; }
for way in alone spawn; do
  for line in \
    "$(node_modules/.bin/deno run --no-prompt --allow-net=127.0.0.2 --allow-run=/bin/true deno_ports.ts $way)" \
    "$(node_modules/.bin/node node_ports.mjs $way)"; do
    echo "$line"
    n=$(accepted "$line")
    case $way in
      alone) [ "$n" -eq 0 ] ;;
      spawn) [ "$n" -gt 0 ] ;;
    esac
  done
done
