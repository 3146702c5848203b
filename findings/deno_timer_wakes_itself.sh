#!/usr/bin/env bash
# Deno 2.9.6: what one tick of setInterval costs in system calls.
#
# Guess: the thread sleeps in epoll_wait once, until the tick is due.
# Seen: for each tick the thread writes to the event loop's own eventfd, just before it
# sleeps there, so the next epoll_wait returns at once; then it sleeps, twice for most
# ticks: about three epoll_waits and one write per tick. A timer of JavaScript is
# registered with tokio anew each time it fires (deno_core: schedule_timer_expiry), and
# tokio (runtime/time: reregister) wakes its driver for a timer that is due first, also
# on the driver's own thread, which does not sleep. The second sleep is that of tokio's
# timer wheel, which moves what is due after the current 64 ms to a finer level. Node 20
# sleeps once per tick and writes nothing. So a short pause on a busy path (a
# millisecond before an accept) costs several turns of the event loop: share one timer
# among many, and set it only when it is needed.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit deno@2.9.6 node@20.18.1 >/dev/null
apt-get -o APT::Sandbox::User=root download -qq strace=6.1-0.1 libunwind8=1.6.2-3 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu"

# A second of the steady state: 20 ticks between two marks.
cat >ticks.mjs <<'JS'
import { writeSync } from "node:fs";
let ticks = 0;
const timer = setInterval(() => {
  ticks++;
  if (ticks === 10 || ticks === 30) writeSync(2, `mark\n`);
  if (ticks === 31) clearInterval(timer);
}, 50);
JS
# Calls, between the marks, of the thread that writes them: those that wait for events,
# and wakes of the loop by itself.
count() { # FILE
  awk '/write\(2, "mark/ { marks++; thread = $1; next }
    marks != 1 || $1 != thread { next }
    /epoll_/ { calls++ }
    index($0, "write(") && index($0, "\\1\\0\\0\\0") { wakes++ }
    END { print calls + 0, wakes + 0 }' "$1"
}
trace() { # NAME COMMAND...
  local name=$1
  shift
  root/usr/bin/strace -f -o "$name.txt" -e trace=epoll_wait,epoll_pwait,write "$@" 2>/dev/null
}
trace deno node_modules/.bin/deno run --no-prompt ticks.mjs
trace node node_modules/.bin/node ticks.mjs
read -r deno_calls deno_wakes < <(count deno.txt)
read -r node_calls node_wakes < <(count node.txt)
echo "Deno 2.9.6, 20 ticks: $deno_calls epoll calls, $deno_wakes wakes of itself"
echo "Node 20.18.1, 20 ticks: $node_calls epoll calls, $node_wakes wakes of itself"
[ "$deno_calls" -ge 50 ] && [ "$deno_wakes" -ge 18 ] &&
  [ "$node_calls" -le 44 ] && [ "$node_wakes" -eq 0 ]
