#!/usr/bin/env bash
# Bun 1.4.5, lighttpd 1.4.69 and BusyBox 1.35.0 (Debian 12): an empty line before the
# request line is an error for them.
#
# Guess: a server ignores at least one CRLF before the request line (RFC 9112, section
# 2.2: SHOULD); node:http of Node 20.19.5 and Deno.serve of Deno 2.9.6 do.
# Seen: as the first bytes of a connection, Bun.serve and lighttpd answer it with status
# 400, and httpd of BusyBox closes without an answer. After another request on the same
# connection lighttpd ignores it; Bun.serve still answers 400. node:http of Bun accepts
# it. So a proxy that accepts the empty line, or sends one to keep a connection warm,
# must not assume that the target behind it accepts it, too.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit node@20.19.5 deno@2.9.6 >/dev/null
npm install --loglevel=error --no-fund --no-audit --ignore-scripts @oven/bun-linux-x64@1.4.5 >/dev/null

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq "lighttpd:$arch=1.4.69-1" libnettle8 libpcre2-8-0 libxxhash0 \
  "busybox-static:$arch=1:1.35.0-4+deb12u1+b1" >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/lib/$(uname -m)-linux-gnu"

cat >node_http.cjs <<'JS'
require("node:http").createServer((_, response) => response.end("x")).listen(+process.argv[2], "127.0.0.1");
JS
cat >bun_serve.mjs <<'JS'
Bun.serve({ port: +process.argv[2], hostname: "127.0.0.1", fetch: () => new Response("x") });
JS
cat >deno_serve.mjs <<'JS'
Deno.serve({ port: +Deno.args[0], hostname: "127.0.0.1" }, () => new Response("x"));
JS
echo x >index.html

python3 - "$tmp" <<'PY'
import re, socket, subprocess, sys, time
tmp = sys.argv[1]
REQUEST = b"GET /index.html HTTP/1.1\r\nHost: example.com\r\n\r\n"
LAST = REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")

def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]

def connect(port):
    for _ in range(600):
        try:
            return socket.create_connection(("127.0.0.1", port), 30)
        except ConnectionRefusedError:
            time.sleep(0.05)
    sys.exit("the server does not listen")

def statuses(port, requests):
    """The status of each answer, until the server closes. Each request waits for the answer to the one before."""
    got = b""
    with connect(port) as client:
        for sent, request in enumerate(requests):
            while len(STATUS.findall(got)) < sent and (chunk := client.recv(4096)):
                got += chunk
            client.sendall(request)
        while chunk := client.recv(4096):
            got += chunk
    return [int(status) for status in STATUS.findall(got)]

def lighttpd(port):
    with open(f"{tmp}/lighttpd.conf", "w") as config:
        config.write(f'server.bind = "127.0.0.1"\nserver.port = {port}\nserver.document-root = "{tmp}"\n')
    return [f"{tmp}/root/usr/sbin/lighttpd", "-D", "-m", f"{tmp}/root/usr/lib/lighttpd", "-f", f"{tmp}/lighttpd.conf"]

bin = f"{tmp}/node_modules/.bin"
bun = f"{tmp}/node_modules/@oven/bun-linux-x64/bin/bun"
SERVERS = {
    "node:http": lambda port: [f"{bin}/node", "node_http.cjs", str(port)],
    "Deno.serve": lambda port: [f"{bin}/deno", "run", "--allow-net", "deno_serve.mjs", str(port)],
    "Bun.serve": lambda port: [bun, "bun_serve.mjs", str(port)],
    "node:http of Bun": lambda port: [bun, "node_http.cjs", str(port)],
    "lighttpd": lighttpd,
    "BusyBox httpd": lambda port: [f"{tmp}/root/bin/busybox", "httpd", "-f", "-p", f"127.0.0.1:{port}", "-h", tmp],
}
EXPECTED = {
    "node:http": ([200], [200, 200]),
    "Deno.serve": ([200], [200, 200]),
    "Bun.serve": ([400], [200, 400]),
    "node:http of Bun": ([200], [200, 200]),
    "lighttpd": ([400], [200, 200]),
    "BusyBox httpd": ([], None),  # it closes after each answer
}
seen = {}
for name, command in SERVERS.items():
    port = free_port()
    server = subprocess.Popen(command(port), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if statuses(port, [LAST]) != [200]:
            sys.exit(f"{name} does not answer an ordinary request")
        first = statuses(port, [b"\r\n" + LAST])
        later = None if EXPECTED[name][1] is None else statuses(port, [REQUEST, b"\r\n" + LAST])
        seen[name] = (first, later)
    finally:
        server.kill()
        server.wait()
print("statuses with an empty line (before the first request, before the second):", seen)
sys.exit(0 if seen == EXPECTED else 1)
PY
