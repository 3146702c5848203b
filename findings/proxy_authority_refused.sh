#!/usr/bin/env bash
# Apache 2.4.71 and lighttpd 1.4.69 (Debian 12): a PROXY header of version 2 with a long
# server name in it makes them close the connection.
#
# Guess: a receiver skips the TLVs that it does not use, by the header's length, up to
# some kilobytes (PROXY specification, section 2.2). A server name (PP2_TYPE_AUTHORITY)
# has at most 255 bytes, so it is never too long.
# Seen: both answer with a name of 100 bytes, and close without an answer with one of
# 253, the longest of DNS. HAProxy 2.6.12 answers both. So where a proxy passes on the
# name that a client asks for, the length of this name decides whether it is served.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "haproxy:$arch=2.6.12-1+deb12u4" liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 \
  "apache2-bin:$arch=2.4.71-1~deb12u1" libapr1 libaprutil1 libexpat1 libpcre2-8-0 \
  "lighttpd:$arch=1.4.69-1" libnettle8 libxxhash0 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/lib/$(uname -m)-linux-gnu"

python3 - "$tmp" <<'PY'
import socket, struct, subprocess, sys, time
tmp = sys.argv[1]
REQUEST = b"GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"

def header(name_length):
    name = b".".join([b"a" * 49] * 6)[:name_length]
    addresses = socket.inet_aton("192.0.2.7") + socket.inet_aton("192.0.2.8") + struct.pack(">HH", 1111, 443)
    body = addresses + struct.pack(">BH", 2, len(name)) + name
    return b"\r\n\r\n\0\r\nQUIT\n" + b"\x21\x11" + struct.pack(">H", len(body)) + body

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

def answered(command, port):
    """The lengths of the server name with which the request is answered."""
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        seen = []
        for length in (100, 253):
            with connect(port) as client:
                try:
                    client.sendall(header(length) + REQUEST)
                    if client.recv(4096).startswith(b"HTTP/1."):
                        seen.append(length)
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
haproxy = answered([f"{tmp}/root/usr/sbin/haproxy", "-db", "-f", f"{tmp}/haproxy.cfg"], port)

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
apache = answered([f"{tmp}/root/usr/sbin/apache2", "-DFOREGROUND", "-f", f"{tmp}/apache.conf"], port)

port = free_port()
with open(f"{tmp}/lighttpd.conf", "w") as config:
    config.write(f"""server.bind = "127.0.0.1"
server.port = {port}
server.document-root = "{tmp}"
server.modules = ("mod_extforward")
extforward.forwarder = ("all" => "trust")
extforward.hap-PROXY = "enable"
""")
lighttpd = answered([f"{tmp}/root/usr/sbin/lighttpd", "-D", "-m", f"{tmp}/root/usr/lib/lighttpd",
                     "-f", f"{tmp}/lighttpd.conf"], port)
print(f"lengths of the name that are answered: HAProxy {haproxy}, Apache {apache}, lighttpd {lighttpd}")
sys.exit(0 if haproxy == [100, 253] and apache == [100] and lighttpd == [100] else 1)
PY
