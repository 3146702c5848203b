#!/usr/bin/env bash
# Deno 2.9.6: new Worker() returns when the worker's V8 isolate is there, and blocks its
# caller until then.
#
# Guess: new Worker() starts a thread and returns at once, in much less than a
# millisecond, as that of node:worker_threads of Node 20.19.5 does: what the constructor
# gives is asynchronous in any case, since nothing can be heard of the worker before.
# Seen: it takes 10 ms or more each time, also for an empty module, where Node takes 0.2
# to 0.6. So a server that starts or replaces workers answers nobody for as long on the
# thread that does so, and starting N of them takes N times that, however many cores.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit deno@2.9.6 node@20.19.5 >/dev/null
export DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
echo '{}' >deno.json
touch empty.mjs

cat >make.mjs <<'JS'
import { Worker as NodeWorker } from "node:worker_threads";
const url = new URL("empty.mjs", import.meta.url);
const make = () => globalThis.Deno ? new Worker(url, { type: "module" }) : new NodeWorker(url);
const times = [];
for (let count = 0; count < 8; count++) {
  const start = performance.now();
  const worker = make();
  times.push(performance.now() - start);
  worker.terminate();
}
times.sort((a, b) => a - b);
// The least is what the machine's other work has no part in.
console.log(JSON.stringify({ least: times[0], median: times[4] }));
process.exit();
JS
deno=$(node_modules/.bin/deno run --allow-read --allow-env make.mjs)
node=$(node_modules/node/bin/node make.mjs)
echo "ms of a new Worker(): Deno 2.9.6 $deno, Node 20.19.5 $node"
node_modules/node/bin/node -e '
const [deno, node] = process.argv.slice(1).map((text) => JSON.parse(text));
process.exit(deno.least > 2 && node.least < 1 && deno.least > 8 * node.least ? 0 : 1);
' "$deno" "$node"
