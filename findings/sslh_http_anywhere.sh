#!/usr/bin/env bash
# sslh 1.20 (Debian 12): it takes input with the letters HTTP anywhere for HTTP.
#
# Guess: its HTTP probe tests the request line: a known method at the start, or a
# version after the target.
# Seen: a memcached request for the key HTTP_SESSION goes to the HTTP target, and so
# does an SMTP command with those letters; the same memcached request for another key
# goes to the fallback. So the data of a client decides which target it gets.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "sslh:$arch=1.20-1+deb12u1" libconfig9 libpcre3 libwrap0 libcap2 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/lib/$(uname -m)-linux-gnu"

python3 - "$tmp" <<'PY'
import socket, subprocess, sys, time
tmp = sys.argv[1]
targets = {name: socket.create_server(("127.0.0.1", 0)) for name in ("http", "fallback")}
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
at = {name: f"127.0.0.1:{target.getsockname()[1]}" for name, target in targets.items()}
proxy = subprocess.Popen([f"{tmp}/root/usr/sbin/sslh-select", "-f", "-n", "-p", f"127.0.0.1:{port}",
                          "--http", at["http"], "--anyprot", at["fallback"], "-P", f"{tmp}/pid"],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

def goes_to(request):
    for _ in range(200):
        try:
            client = socket.create_connection(("127.0.0.1", port))
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    client.sendall(request)
    for _ in range(200):
        for name, target in targets.items():
            target.settimeout(0.05)
            try:
                conn, _ = target.accept()
            except TimeoutError:
                continue
            conn.close()
            client.close()
            return name

try:
    found = [goes_to(line) for line in (b"get HTTP_SESSION\r\n", b"get SESSION\r\n", b"MAIL FROM:<HTTP@a.example>\r\n")]
finally:
    proxy.kill()
    proxy.wait()
print("sslh 1.20: get HTTP_SESSION, get SESSION, MAIL FROM:<HTTP@...> go to", found)
sys.exit(0 if found == ["http", "fallback", "http"] else 1)
PY
