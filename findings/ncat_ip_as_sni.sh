#!/usr/bin/env bash
# ncat 7.93 (Debian 12), --ssl with an address: its ClientHello has the IP as server name.
#
# Guess: RFC 6066, section 3 forbids IP addresses in server_name. `openssl s_client`
# 3.0.22 omits the extension for them, so ncat, which uses OpenSSL, does so, too.
# Seen: `ncat --ssl 127.0.0.1` sends server_name "127.0.0.1". A rule for ClientHellos
# without a server name does not match it.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq "ncat:$arch=7.93+dfsg1-1" \
  "openssl:$arch=3.0.22-1~deb12u2" "libssl3:$arch=3.0.22-1~deb12u2" liblua5.3-0 libpcap0.8 libdbus-1-3 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu"

python3 - "$tmp/root/usr/bin" <<'PY'
import socket, subprocess, sys
folder = sys.argv[1]

def server_name(hello):
    """The host in the server_name extension of a ClientHello; None: there is none."""
    at = 5 + 4 + 2 + 32
    at += 1 + hello[at]
    at += 2 + int.from_bytes(hello[at:at + 2], "big")
    at += 1 + hello[at]
    end = at + 2 + int.from_bytes(hello[at:at + 2], "big")
    at += 2
    while at < end:
        kind, length = (int.from_bytes(hello[at + i:at + i + 2], "big") for i in (0, 2))
        if kind == 0:
            return hello[at + 9:at + 4 + length].decode()
        at += 4 + length
    return None

def hello_of(command):
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(30)
    port = str(server.getsockname()[1])
    client = subprocess.Popen([word.replace("PORT", port) for word in command],
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        conn, _ = server.accept()
        conn.settimeout(30)
        return conn.recv(16384)
    finally:
        client.kill()
        client.wait()

ncat = server_name(hello_of([f"{folder}/ncat", "--ssl", "127.0.0.1", "PORT"]))
openssl = server_name(hello_of([f"{folder}/openssl", "s_client", "-connect", "127.0.0.1:PORT"]))
print(f"server_name: ncat 7.93 {ncat!r}, openssl 3.0.22 s_client {openssl!r}")
sys.exit(0 if ncat == "127.0.0.1" and openssl is None else 1)
PY
