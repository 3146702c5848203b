#!/usr/bin/env bash
# node:http of Node 20.19.5 and Bun 1.4.5: with a zone in the address of the server, the
# zone is also in the Host field, and lighttpd 1.4.69 (Debian 12) answers 400.
#
# Guess: the zone of an IPv6 address (fe80::1%eth0) is used for the connection alone: it
# has a meaning on this host only (RFC 4007, section 11.2), and a Host field with a raw
# "%" in brackets is no valid host (RFC 3986, section 3.2.2). So Host is "[fe80::1]".
# Seen: http.get({ host: "::1%lo" }) sends "Host: [::1%lo]:PORT". A server or router that
# checks the field refuses the request: lighttpd does, while it answers "Host: [::1]".
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit node@20.19.5 >/dev/null
npm install --loglevel=error --no-fund --no-audit --ignore-scripts @oven/bun-linux-x64@1.4.5 >/dev/null

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq "lighttpd:$arch=1.4.69-1" libnettle8 libpcre2-8-0 libxxhash0 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/lib/$(uname -m)-linux-gnu"

cat >get.cjs <<'JS'
require("node:http").get({ host: "::1%lo", port: +process.argv[2] }).on("error", () => {});
JS
echo x >index.html

python3 - "$tmp" <<'PY'
import socket, subprocess, sys, time
tmp = sys.argv[1]

def host_field(command):
    """The Host field of the client's request, without the port."""
    server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    server.settimeout(60)
    port = server.getsockname()[1]
    client = subprocess.Popen([*command, "get.cjs", str(port)], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        conn, _ = server.accept()
        request = b""
        while b"\r\n\r\n" not in request and (chunk := conn.recv(4096)):
            request += chunk
    finally:
        client.kill()
        client.wait()
    fields = dict(line.split(b": ", 1) for line in request.split(b"\r\n")[1:] if line)
    return next(value for name, value in fields.items() if name.lower() == b"host").decode().removesuffix(f":{port}")

def status_of_lighttpd(port, host):
    for _ in range(600):
        try:
            client = socket.create_connection(("127.0.0.1", port), 30)
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    with client:
        client.sendall(f"GET /index.html HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
        return int(client.recv(4096).split(b" ")[1])

hosts = {"Node": host_field([f"{tmp}/node_modules/.bin/node"]), "Bun": host_field([f"{tmp}/node_modules/@oven/bun-linux-x64/bin/bun"])}

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
with open(f"{tmp}/lighttpd.conf", "w") as config:
    config.write(f'server.bind = "127.0.0.1"\nserver.port = {port}\nserver.document-root = "{tmp}"\n')
server = subprocess.Popen([f"{tmp}/root/usr/sbin/lighttpd", "-D", "-m", f"{tmp}/root/usr/lib/lighttpd", "-f", f"{tmp}/lighttpd.conf"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    statuses = {host: status_of_lighttpd(port, host) for host in ("[::1]", "[::1%lo]")}
finally:
    server.kill()
    server.wait()
print(f"Host fields: {hosts}, status of lighttpd for a Host field: {statuses}")
sys.exit(0 if hosts == {"Node": "[::1%lo]", "Bun": "[::1%lo]"} and statuses == {"[::1]": 200, "[::1%lo]": 400} else 1)
PY
