#!/usr/bin/env bash
# Deno 2.9.6: the first timer of each thread takes 0.7 to 0.9 MiB of the JavaScript heap.
#
# Guess: setTimeout is part of what a thread starts with, and a timer is an object of some
# hundred bytes; Node 20.19.5 takes some 10 KiB for the first one.
# Seen: the first call takes 923 KiB in the main thread and 717 KiB in a worker, for good,
# and 4 ms of a fast processor: it loads the runtime's modules for Node's timers. The
# second one takes nothing. clearTimeout() of nothing has the same price. So a server
# pays it in each worker, at its start or with the first client that has a time limit;
# AbortSignal.timeout() takes 9 KiB.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit deno@2.9.6 node@20.19.5 >/dev/null
export DENO_NO_UPDATE_CHECK=1 NO_COLOR=1
echo '{}' >deno.json

# How much of the heap a call takes for good, in KiB.
cat >heap.js <<'JS'
function heap() {
  for (let count = 0; count < 3; count++) globalThis.gc();
  return (globalThis.Deno ?? process).memoryUsage().heapUsed;
}
export function taken(call) {
  const before = heap();
  call();
  return (heap() - before) / 1024;
}
taken(() => {});
JS
cat >timer.js <<'JS'
import { taken } from "./heap.js";
const timer = () => clearTimeout(setTimeout(() => {}, 1e6));
const values = [taken(timer), taken(timer)];
if (globalThis.WorkerGlobalScope) postMessage(values);
else console.log(JSON.stringify(values));
JS
cat >clear.js <<'JS'
import { taken } from "./heap.js";
console.log(JSON.stringify([taken(() => clearTimeout(undefined)), 0]));
JS
cat >signal.js <<'JS'
import { taken } from "./heap.js";
const held = [];
console.log(JSON.stringify([taken(() => held.push(AbortSignal.timeout(1e6))), 0]));
Deno.exit();
JS
cat >worker.js <<'JS'
const worker = new Worker(new URL("timer.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => {
  console.log(JSON.stringify(data));
  Deno.exit();
};
JS

deno="node_modules/.bin/deno run --v8-flags=--expose-gc --allow-read"
values="[$($deno timer.js), $($deno worker.js), $($deno clear.js), $($deno signal.js), $(node_modules/node/bin/node --expose-gc --experimental-default-type=module timer.js)]"
echo "KiB of the first and the second call: main thread, worker, clearTimeout(undefined), AbortSignal.timeout, Node"
echo "$values"
node_modules/node/bin/node -e '
const [main, worker, clear, signal, node] = JSON.parse(process.argv[1]);
const expected = main[0] > 500 && worker[0] > 500 && clear[0] > 500 && signal[0] < 50 && node[0] < 50 &&
  [main, worker, node].every(([, second]) => second < 10);
process.exit(expected ? 0 : 1);
' "$values"
