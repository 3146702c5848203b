#!/usr/bin/env bash
# Node 20.19.5, Deno 2.9.6 and Bun 1.4.5: an HTTP client that half-closes after its
# request gets no answer.
#
# Guess: a FIN says that nothing more will be sent (RFC 9293, section 3.6), and the
# request is complete, without a body: the server answers and then closes, as BusyBox's
# httpd does.
# Seen: node:http, Deno.serve and Bun.serve close without one byte of answer when the
# FIN comes before the handler is done, here half a second later; without a FIN each
# answers 200. So a relay that forwards a half-close at once, as it should, makes
# `printf ... | nc -N` get no answer; one that forwards the FIN only after the answer
# hides this.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit node@20.19.5 deno@2.9.6 >/dev/null
npm install --loglevel=error --no-fund --no-audit --ignore-scripts @oven/bun-linux-x64@1.4.5 >/dev/null
apt-get -o APT::Sandbox::User=root download -qq \
  "busybox-static:$(dpkg --print-architecture)=1:1.35.0-4+deb12u1+b1" >/dev/null
dpkg -x busybox-static*.deb root

cat >node.mjs <<'JS'
import { createServer } from "node:http";
createServer((_, answer) => setTimeout(() => answer.end("late"), 500)).listen(+process.argv[2], "127.0.0.1");
JS
cat >deno.ts <<'TS'
const late = () => new Promise((resolve) => setTimeout(resolve, 500));
Deno.serve({ hostname: "127.0.0.1", port: +Deno.args[0] }, async () => (await late(), new Response("late")));
TS
cat >bun.ts <<'TS'
const late = () => new Promise((resolve) => setTimeout(resolve, 500));
Bun.serve({ hostname: "127.0.0.1", port: +process.argv[2], fetch: async () => (await late(), new Response("late")) });
TS
mkdir -p www/cgi-bin
cat >www/cgi-bin/late <<'SH'
#!/bin/sh
sleep 0.5
printf 'Content-Type: text/plain\r\n\r\nlate'
SH
chmod +x www/cgi-bin/late

cat >ask.py <<'PY'
import socket, subprocess, sys, time
modules = "node_modules/"
servers = {
    "Node 20.19.5": [modules + ".bin/node", "node.mjs", "PORT"],
    "Deno 2.9.6": [modules + ".bin/deno", "run", "--no-prompt", "--allow-net=127.0.0.1", "deno.ts", "PORT"],
    "Bun 1.4.5": [modules + "@oven/bun-linux-x64/bin/bun", "bun.ts", "PORT"],
    "BusyBox 1.35.0": ["root/bin/busybox", "httpd", "-f", "-h", "www", "-p", "127.0.0.1:PORT"],
}

def connect(port):
    for _ in range(400):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise SystemExit("No server")

def answer(port, half_close):
    with connect(port) as client:
        client.settimeout(10)
        client.sendall(b"GET /cgi-bin/late HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
        if half_close:
            client.shutdown(socket.SHUT_WR)
        got = b""
        while chunk := client.recv(4096):
            got += chunk
        return got.split(b"\r\n")[0].decode()

seen = {}
for name, command in servers.items():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [word.replace("PORT", str(port)) for word in command]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        seen[name] = (answer(port, False), answer(port, True))
    finally:
        server.kill()
        server.wait()
    print(f"{name}: open {seen[name][0]!r}, half-closed {seen[name][1]!r}")
*dropped, answered = seen.values()
ok = "HTTP/1.1 200 OK"
sys.exit(0 if answered == (ok, ok) and all(both == (ok, "") for both in dropped) else 1)
PY
python3 ask.py
