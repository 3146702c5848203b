#!/usr/bin/env bash
# curl 7.88.1 (Debian 12), --haproxy-protocol with -x: the scheme of the URL decides who
# gets the PROXY header; behind a tunnel its destination is not that of the receiver.
#
# Guess: the header is the first thing on a TCP connection (PROXY specification, section
# 2), so with a forward proxy it is the forward proxy that gets it, whatever the URL is.
# Seen: for http:// it is sent first, to the forward proxy. For https:// curl sends
# CONNECT without a header, and then the header inside the tunnel, before the
# ClientHello: the origin gets it, with the forward proxy's address and port as
# destination. A forward proxy that requires the header accepts curl's requests for
# http:// and refuses those for https://.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq "curl:$arch=7.88.1-10+deb12u15" "libcurl4:$arch=7.88.1-10+deb12u15" \
  libnghttp2-14 librtmp1 libssh2-1 libpsl5 libldap-2.5-0 libsasl2-2 libbrotli1 libidn2-0 libunistring2 \
  libgssapi-krb5-2 libkrb5-3 libk5crypto3 libkrb5support0 libcom-err2 libkeyutils1 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu"

python3 - "$tmp/root/usr/bin/curl" <<'PY'
import socket, subprocess, sys

def flight(conn, end):
    """Bytes of the connection up to `end`."""
    got = b""
    while end not in got:
        chunk = conn.recv(1)
        if chunk == b"":
            break
        got += chunk
    return got.decode("latin-1")

def lines(url):
    """The first three things that a forward proxy, or who is behind it, reads."""
    proxy = socket.create_server(("127.0.0.1", 0))
    proxy.settimeout(30)
    port = proxy.getsockname()[1]
    client = subprocess.Popen([sys.argv[1], "-q", "-s", "-k", "--haproxy-protocol", "-x", f"http://127.0.0.1:{port}", url],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        conn, (_, source) = proxy.accept()
        conn.settimeout(30)
        first = flight(conn, b"\r\n")
        if first.startswith("CONNECT"):
            flight(conn, b"\r\n\r\n")
            conn.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        second = flight(conn, b"\r\n")
        third = conn.recv(1)
    finally:
        client.kill()
        client.wait()
    return first.strip(), second.strip(), third, f"PROXY TCP4 127.0.0.1 127.0.0.1 {source} {port}"

plain, tls = lines("http://192.0.2.9/"), lines("https://192.0.2.9/")
print("http: ", plain[:2])
print("https:", tls[:3])
holds = plain[0] == plain[3] and plain[1].startswith("GET http://192.0.2.9/") \
    and tls[0].startswith("CONNECT 192.0.2.9:443") and tls[1] == tls[3] and tls[2] == b"\x16"
sys.exit(0 if holds else 1)
PY
