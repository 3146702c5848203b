#!/usr/bin/env bash
# nginx 1.22.1 (Debian 12) stream: a PROXY header with addresses of two families.
#
# Guess: where client and listener are of different families, nginx writes UNKNOWN, or
# the IPv4 address as a mapped IPv6 one: the PROXY specification (section 2.1) has one
# family, TCP4 or TCP6, for both addresses.
# Seen: for an IPv6 client that it knows by realip, on an IPv4 listener, it writes
# "PROXY TCP6 2001:db8::7 127.0.0.1 ...": the family of the client, and the unchanged
# address of the listener. A parser that follows the specification refuses this header.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "nginx:$arch=1.22.1-9+deb12u11" "libnginx-mod-stream:$arch=1.22.1-9+deb12u11" >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
chmod 755 "$tmp"

python3 - "$tmp" <<'PY'
import socket, subprocess, sys, time
tmp = sys.argv[1]
target = socket.create_server(("127.0.0.1", 0))
target.settimeout(30)
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
with open(f"{tmp}/nginx.conf", "w") as config:
    config.write(f"""load_module {tmp}/root/usr/lib/nginx/modules/ngx_stream_module.so;
daemon off;
pid {tmp}/pid;
error_log {tmp}/log;
events {{}}
stream {{
    server {{
        listen 127.0.0.1:{port} proxy_protocol;
        set_real_ip_from 127.0.0.1;
        proxy_pass 127.0.0.1:{target.getsockname()[1]};
        proxy_protocol on;
    }}
}}
""")
nginx = subprocess.Popen([f"{tmp}/root/usr/sbin/nginx", "-p", tmp, "-c", f"{tmp}/nginx.conf"],
                         stderr=subprocess.DEVNULL)
try:
    for _ in range(200):
        try:
            client = socket.create_connection(("127.0.0.1", port))
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    client.sendall(b"PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\nhello")
    conn, _ = target.accept()
    conn.settimeout(30)
    line = conn.recv(4096).split(b"\r\n")[0].decode()
finally:
    nginx.terminate()
    nginx.wait()
print("nginx 1.22.1 stream writes:", line)
words = line.split(" ")
sys.exit(0 if words[:4] == ["PROXY", "TCP6", "2001:db8::7", "127.0.0.1"] else 1)
PY
