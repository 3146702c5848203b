#!/usr/bin/env bash
# systemd-socket-proxyd 252 (Debian 12): the client's FIN ends both directions.
#
# Guess: at the end of the client's stream it shuts down the write side to the target,
# and continues to forward what the target sends, as HAProxy 2.6.12 in TCP mode does.
# Seen: the client reads the end of the stream and gets nothing of an answer that the
# target sends a second later. Protocols in which a FIN ends the request (whois, `nc -N`,
# the standard input of a remote shell) lose their answers behind it.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "systemd:$arch=252.39-1~deb12u2" "libsystemd-shared:$arch=252.39-1~deb12u2" \
  "haproxy:$arch=2.6.12-1+deb12u4" libip4tc2 libkmod2 libfdisk1 libseccomp2 libapparmor1 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
lib="$tmp/root/usr/lib/$(uname -m)-linux-gnu"
export LD_LIBRARY_PATH="$lib:$lib/systemd:$tmp/root/lib/$(uname -m)-linux-gnu"

python3 - "$tmp" <<'PY'
import socket, subprocess, sys, threading, time
tmp = sys.argv[1]

requests = []

def serve(target):
    """Answers a second after the end of the request."""
    while True:
        conn, _ = target.accept()
        request = b""
        while chunk := conn.recv(4096):
            request += chunk
        requests.append(request)
        time.sleep(1)
        try:
            conn.sendall(b"answer to " + request)
        except OSError:
            pass
        conn.close()

target = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(target,), daemon=True).start()
behind = f"127.0.0.1:{target.getsockname()[1]}"

def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]

def answer(port):
    for _ in range(200):
        try:
            client = socket.create_connection(("127.0.0.1", port))
            break
        except ConnectionRefusedError:
            time.sleep(0.05)
    with client:
        client.settimeout(20)
        client.sendall(b"request")
        # The proxy has dialled and passed it on long before the end of the stream.
        time.sleep(0.5)
        client.shutdown(socket.SHUT_WR)
        got = b""
        while chunk := client.recv(4096):
            got += chunk
        return got

def through(command, port):
    proxy = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        return answer(port)
    finally:
        proxy.kill()
        proxy.wait()

port = free_port()
proxyd = through([f"{tmp}/root/usr/bin/systemd-socket-activate", "-l", f"127.0.0.1:{port}",
                  f"{tmp}/root/lib/systemd/systemd-socket-proxyd", behind], port)
port = free_port()
with open(f"{tmp}/haproxy.cfg", "w") as config:
    config.write(f"""defaults
    mode tcp
    timeout connect 10s
    timeout client 20s
    timeout server 20s
listen pass
    bind 127.0.0.1:{port}
    server target {behind}
""")
haproxy = through([f"{tmp}/root/usr/sbin/haproxy", "-db", "-f", f"{tmp}/haproxy.cfg"], port)
print(f"half-closed client: systemd-socket-proxyd 252 {proxyd!r}, HAProxy 2.6.12 {haproxy!r}")
sys.exit(0 if requests == [b"request"] * 2 and proxyd == b"" and haproxy == b"answer to request" else 1)
PY
