#!/usr/bin/env bash
# Deno 2.9.6: Deno.connect({ signal }) that rejects can leave its connection open.
#
# Guess: when an aborted dial rejects with the signal's reason, there is no connection:
# either it was cancelled, or it is closed before the promise rejects.
# Seen: of dials on loopback that a timer of 0 ms aborts, many of those that reject (34
# of 56 once) leave their socket open for as long as the process runs. connect()
# (ext/net/01_net.js) calls signal.throwIfAborted() in a `finally`: if the abort comes
# between the end of the operation and its continuation, the new TcpConn is dropped
# there, and nothing closes a resource that is no longer referenced. With a signal whose
# own throwIfAborted does nothing, the caller gets the connection and can close it.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit deno@2.9.6 >/dev/null

cat >dials.ts <<'TS'
const keeps = Deno.args[0] === "own";
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const { port } = listener.addr as Deno.NetAddr;
const accepting = (async () => {
  for await (const conn of listener) conn.close();
})();
const open = () => [...Deno.readDirSync("/proc/self/fd")].length;
await new Promise((resolve) => setTimeout(resolve, 100));
const before = open();
let rejected = 0;
for (const end = Date.now() + 60_000; rejected < 100 && Date.now() < end;) {
  const controller = new AbortController();
  const { signal } = controller;
  if (keeps) signal.throwIfAborted = () => {};
  const dialling = Deno.connect({ hostname: "127.0.0.1", port, signal });
  const timer = setTimeout(() => controller.abort(), 0);
  await dialling.then((conn) => conn.close(), () => rejected++);
  clearTimeout(timer);
}
await new Promise((resolve) => setTimeout(resolve, 500));
console.log(`Deno ${Deno.version.deno}, signal ${keeps ? "with an own throwIfAborted" : "as it is"}: rejected ${rejected}, left open ${open() - before}`);
listener.close();
await accepting;
Deno.exit(0);
TS
for way in as_is own; do
  line=$(node_modules/.bin/deno run --no-prompt --allow-all dials.ts $way)
  echo "$line"
  left=${line##* }
  case $way in
    as_is) [ "$left" -ge 10 ] ;;
    own) [ "$left" -lt 10 ] ;;
  esac
done
