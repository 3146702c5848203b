#!/usr/bin/env bash
# wget2 1.99.1 (Debian 12): the Host field of its requests has no port.
#
# Guess: for http://127.0.0.1:8080/ it sends "Host: 127.0.0.1:8080", as the wget of
# BusyBox 1.35.0 does; RFC 9110, section 7.2 wants the port there unless it is the
# scheme's default.
# Seen: "Host: 127.0.0.1", whatever the port is. A server or router that compares the
# whole authority sees another one than the URL has.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "wget2:$arch=1.99.1-2.2" libwget0 libgpgme11 libassuan0 libgpg-error0 \
  "busybox-static:$arch=1:1.35.0-4+deb12u1+b1" >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/usr/lib"

python3 - "$tmp/root" <<'PY'
import socket, subprocess, sys
root = sys.argv[1]

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
        client.wait()
    lines = [line for line in head.split("\r\n") if line.lower().startswith("host:")]
    return lines[0], f"Host: 127.0.0.1:{port}"

wget2, expected = host_line([f"{root}/usr/bin/wget2", "--no-config", "-q", "-O", "/dev/null"])
print(f"wget2 1.99.1: {wget2!r}, expected {expected!r}")
busybox, wanted = host_line([f"{root}/bin/busybox", "wget", "-q", "-O", "/dev/null"])
print(f"BusyBox 1.35.0: {busybox!r}, expected {wanted!r}")
sys.exit(0 if wget2 == "Host: 127.0.0.1" and busybox == wanted else 1)
PY
