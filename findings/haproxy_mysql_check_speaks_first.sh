#!/usr/bin/env bash
# HAProxy 2.6.12 (Debian 12): "option mysql-check user" sends before the server does.
#
# Guess: in MySQL the server sends first, and a handshake response answers its greeting,
# so the check waits for the greeting.
# Seen: HAProxy sends its handshake response and a COM_QUIT as soon as it is connected.
# For a proxy that waits for a client's first bytes, these checks are clients that send
# first, while real MySQL clients send nothing.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "haproxy:$arch=2.6.12-1+deb12u4" liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu"

python3 - "$tmp" <<'PY'
import socket, subprocess, sys
tmp = sys.argv[1]
server = socket.create_server(("127.0.0.1", 0))
server.settimeout(30)
with open(f"{tmp}/haproxy.cfg", "w") as config:
    config.write(f"""defaults
    mode tcp
    timeout connect 5s
    timeout check 5s
    timeout client 5s
    timeout server 5s
listen db
    bind unix@{tmp}/in.sock
    option mysql-check user watcher
    server one 127.0.0.1:{server.getsockname()[1]} check inter 500ms
""")
proxy = subprocess.Popen([f"{tmp}/root/usr/sbin/haproxy", "-db", "-f", f"{tmp}/haproxy.cfg"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
try:
    conn, _ = server.accept()
    conn.settimeout(4)
    # Nothing is said to it: what comes, comes before any greeting.
    try:
        first = conn.recv(4096)
    except TimeoutError:
        first = b""
finally:
    proxy.kill()
    proxy.wait()
print(f"HAProxy 2.6.12 mysql-check, before any greeting: {first!r}")
sys.exit(0 if b"watcher" in first and first.endswith(b"\x01\x00\x00\x00\x01") else 1)
PY
