#!/usr/bin/env bash
# Linux 6.18, seen with Python 3.11.2 (Debian 12) and Node 20.19.5: in a process with several
# threads, the descriptors 256, 512 and 1024 take milliseconds each to be had.
#
# Guess: accept() with a client in the queue and open() of a device take microseconds,
# however many descriptors a process has; a larger table of them is one allocation.
# Seen: accept() of the connection that gets descriptor 256 or 512 takes 5 to 25 ms, as no
# other one does. With one thread none does. Where threads share the table, the
# kernel waits for an RCU grace period before it uses the larger one. Node always has
# several threads: its open() of /dev/null waits at 256, 512 and 1024. So a server stands
# still each time that its connections double. When the table was made large before, by
# dup2() to a high number while there was one thread, no accept() waits.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit node@20.19.5 >/dev/null

arch=$(dpkg --print-architecture)
python=3.11.2-6+deb12u9
apt-get -o APT::Sandbox::User=root download -qq "python3.11-minimal:$arch=$python" \
  "libpython3.11-minimal:$arch=$python" "libpython3.11-stdlib:$arch=$python" libexpat1 zlib1g >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
lib="$tmp/root/usr/lib/$(uname -m)-linux-gnu"

cat >accept.py <<'PY'
import os, resource, socket, subprocess, sys, threading, time
how = sys.argv[1]
COUNT = 700
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
listener = socket.create_server(("127.0.0.1", 0), backlog=COUNT)
# The clients are another process, so that their descriptors are not in this table.
clients = subprocess.Popen([sys.executable, "-c", f"""
import socket, sys
held = [socket.create_connection(("127.0.0.1", {listener.getsockname()[1]})) for _ in range({COUNT})]
print("connected", flush=True)
sys.stdin.read()
"""], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
clients.stdout.readline()
if how == "table made large":
    os.close(os.dup2(listener.fileno(), 1500))
if how != "one thread":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
held = []
for _ in range(COUNT):
    start = time.perf_counter()
    held.append(listener.accept()[0])
    print(held[-1].fileno(), (time.perf_counter() - start) * 1000)
clients.communicate("")
os._exit(0)
PY
cat >open.mjs <<'JS'
import { openSync } from "node:fs";
for (let count = 0; count < 1100; count++) {
  const start = process.hrtime.bigint();
  const descriptor = openSync("/dev/null");
  console.log(descriptor, Number(process.hrtime.bigint() - start) / 1e6);
}
JS

# The descriptors that took more than 3 ms in most of seven runs: a busy machine may hold
# up any of them now and then, and a wait may happen to be short.
slow() { # NAME COMMAND...
  local name=$1 run
  shift
  for run in 1 2 3 4 5 6 7; do
    "$@" | awk '$2 > 3 { print $1 }'
  done | sort -n | uniq -c | awk '$1 > 3 { print $2 }' | paste -sd' ' | sed "s/^/$name: /"
}
own=(env "LD_LIBRARY_PATH=$lib:$tmp/root/lib/$(uname -m)-linux-gnu" PYTHONHOME="$tmp/root/usr" "$tmp/root/usr/bin/python3.11")
"${own[@]}" --version
node_modules/node/bin/node --version
uname -sr
seen="$(slow "one thread" "${own[@]}" accept.py "one thread")
$(slow "two threads" "${own[@]}" accept.py "two threads")
$(slow "table made large" "${own[@]}" accept.py "table made large")
$(slow "Node" node_modules/node/bin/node open.mjs)"
echo "$seen"
[ "$seen" = "one thread: 
two threads: 256 512
table made large: 
Node: 256 512 1024" ]
