#!/usr/bin/env bash
# HAProxy 2.6.12 and Apache 2.4.71 (Debian 12) as receivers of PROXY headers without
# addresses: no form of "PROXY UNKNOWN" is accepted by both.
#
# Guess: both accept "PROXY UNKNOWN\r\n" and, as the specification (section 2.1) wants,
# ignore what a sender puts between UNKNOWN and the end of the line; in version 2 both
# accept UNSPEC and use the real addresses, which section 2.2 leaves to the receiver.
# Seen: HAProxy accepts the short line and closes when addresses follow; Apache
# (RemoteIPProxyProtocol) accepts it with addresses and closes when there are none. Both
# close on the command PROXY with UNSPEC, and both accept LOCAL. So a proxy that knows no
# address, for example behind a Unix socket, is understood by both only with LOCAL.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "haproxy:$arch=2.6.12-1+deb12u4" liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 \
  "apache2-bin:$arch=2.4.71-1~deb12u1" libapr1 libaprutil1 libexpat1 libpcre2-8-0 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/lib/$(uname -m)-linux-gnu"

python3 - "$tmp" <<'PY'
import socket, subprocess, sys, time
tmp = sys.argv[1]
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
HEADERS = {
    "UNKNOWN": b"PROXY UNKNOWN\r\n",
    "UNKNOWN and addresses": b"PROXY UNKNOWN 192.0.2.7 192.0.2.8 1111 80\r\n",
    "v2 PROXY, UNSPEC": SIGNATURE + b"\x21\x00\x00\x00",
    "v2 LOCAL": SIGNATURE + b"\x20\x00\x00\x00",
}
REQUEST = b"GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"

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

def accepted(command, port):
    """Which headers are followed by an answer to the request."""
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        seen = []
        for name, header in HEADERS.items():
            with connect(port) as client:
                try:
                    client.sendall(header + REQUEST)
                    if client.recv(4096).startswith(b"HTTP/1.1 "):
                        seen.append(name)
                except ConnectionError:
                    pass
        return seen
    finally:
        server.terminate()
        server.wait()

port = free_port()
with open(f"{tmp}/haproxy.cfg", "w") as config:
    config.write(f"""defaults
    mode http
    timeout connect 20s
    timeout client 20s
    timeout server 20s
frontend web
    bind 127.0.0.1:{port} accept-proxy
    http-request return status 200
""")
haproxy = accepted([f"{tmp}/root/usr/sbin/haproxy", "-db", "-f", f"{tmp}/haproxy.cfg"], port)

port = free_port()
modules = f"{tmp}/root/usr/lib/apache2/modules"
with open(f"{tmp}/apache.conf", "w") as config:
    config.write(f"""ServerRoot {tmp}
DefaultRuntimeDir {tmp}
PidFile {tmp}/apache.pid
ErrorLog {tmp}/apache.log
ServerName example.com
Listen 127.0.0.1:{port}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule remoteip_module {modules}/mod_remoteip.so
User www-data
Group www-data
RemoteIPProxyProtocol On
""")
apache = accepted([f"{tmp}/root/usr/sbin/apache2", "-DFOREGROUND", "-f", f"{tmp}/apache.conf"], port)
print(f"accepted by HAProxy 2.6.12: {haproxy}, by Apache 2.4.71: {apache}")
sys.exit(0 if haproxy == ["UNKNOWN", "v2 LOCAL"] and apache == ["UNKNOWN and addresses", "v2 LOCAL"] else 1)
PY
