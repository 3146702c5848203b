#!/usr/bin/env bash
# wget2 1.99.1 (Debian 12): the Host line of its requests has no port.
#
# Guess: for http://127.0.0.1:8080/ it sends "Host: 127.0.0.1:8080", as wget and curl
# do; RFC 9110, section 7.2 wants the port there unless it is the scheme's own.
# Seen: "Host: 127.0.0.1", whatever the port. A server or router that compares the
# whole authority sees another one than the URL has.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "wget2:$arch=1.99.1-2.2" libwget0 libgpgme11 libassuan0 libgpg-error0 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/usr/lib"

python3 - "$tmp/root/usr/bin/wget2" <<'PY'
import socket, subprocess, sys

def host_line(command):
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(30)
    port = server.getsockname()[1]
    client = subprocess.Popen([*command, f"http://127.0.0.1:{port}/a"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        conn, _ = server.accept()
        conn.settimeout(30)
        head = conn.recv(65536).decode()
    finally:
        client.kill()
    lines = [line for line in head.split("\r\n") if line.lower().startswith("host:")]
    return lines[0], f"Host: 127.0.0.1:{port}"

found, usual = host_line([sys.argv[1], "-q", "-O", "/dev/null"])
curl, wanted = host_line(["curl", "-s"])
print(f"wget2 1.99.1: {found!r} where {usual!r} was expected; curl: {curl!r}")
sys.exit(0 if found == "Host: 127.0.0.1" and curl == wanted else 1)
PY
