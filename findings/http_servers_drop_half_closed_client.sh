#!/usr/bin/env bash
# Node 20.19.5, Deno 2.9.6 and Bun 1.4.5: an HTTP client that half-closes behind its
# request gets no answer.
#
# Guess: a FIN says that nothing more will be sent (RFC 9293, section 3.6), and the
# request is complete, with no body: the server answers and then closes. It is what
# Python's http.server does with the same bytes.
# Seen: node:http, Deno.serve and Bun.serve close without one byte of answer when the
# FIN comes before the handler is done, here half a second later; with the client's
# side left open each answers 200. A relay that passes a half-close on at once, as it
# should, so takes the answer away from `printf ... | nc -N`; one that keeps the FIN
# back until the answer has come hides that.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-fund --no-audit node@20.19.5 deno@2.9.6 >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts @oven/bun-linux-x64@1.4.5 >/dev/null

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
cat >python.py <<'PY'
import sys, time
from http.server import BaseHTTPRequestHandler, HTTPServer
class Late(BaseHTTPRequestHandler):
    def do_GET(self):
        time.sleep(0.5)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"late")
HTTPServer(("127.0.0.1", int(sys.argv[1])), Late).serve_forever()
PY

cat >ask.py <<'PY'
import socket, subprocess, sys, time
modules = "node_modules/"
servers = {
    "node 20.19.5": [modules + ".bin/node", "node.mjs"],
    "deno 2.9.6": [modules + ".bin/deno", "run", "--no-prompt", "--allow-net=127.0.0.1", "deno.ts"],
    "bun 1.4.5": [modules + "@oven/bun-linux-x64/bin/bun", "bun.ts"],
    "python http.server": [sys.executable, "python.py"],
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
        client.sendall(b"GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n")
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
    server = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        seen[name] = (answer(port, False), answer(port, True))
    finally:
        server.kill()
        server.wait()
    print(f"{name}: open {seen[name][0]!r}, half-closed {seen[name][1]!r}")
answers = all("200" in whole for whole, _ in seen.values())
drops = all(half == "" for name, (_, half) in seen.items() if "python" not in name)
sys.exit(0 if answers and drops and "200" in seen["python http.server"][1] else 1)
PY
python3 ask.py
