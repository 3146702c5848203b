#!/usr/bin/env bash
# curl 7.88.1 (Debian 12): a GOAWAY that says "request not processed" makes curl fail.
#
# Guess: GOAWAY with last stream 0 and NO_ERROR means the same as RST_STREAM with
# REFUSED_STREAM: the request was not processed and can be sent again on another
# connection (RFC 9113, sections 6.8 and 8.7). curl treats both alike.
# Seen: after REFUSED_STREAM curl connects again and gets status 200. After GOAWAY it
# exits with code 16 ("Error in the HTTP2 framing layer") and does not connect again,
# also when the server sends the two GOAWAY frames that section 6.8 advises. So a server
# that shuts down gracefully when the first request arrives looks like a broken one.
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
import socket, subprocess, sys, threading

def frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload

def goaway(last):
    return frame(7, 0, 0, last.to_bytes(4, "big") + bytes(4))

REFUSED_STREAM = 7
settings = frame(4, 0, 0, b"")
status_200 = frame(1, 0x5, 1, b"\x88")
refusals = {
    "RST_STREAM REFUSED_STREAM": [frame(3, 0, 1, REFUSED_STREAM.to_bytes(4, "big"))],
    "GOAWAY 0": [goaway(0)],
    "GOAWAY 2^31-1, then GOAWAY 0": [goaway(2**31 - 1), goaway(0)],
}

def opened(conn):
    """Reads up to the frame HEADERS of the request."""
    got = conn.recv(65536)
    while True:
        at = 24
        while at + 9 <= len(got):
            if got[at + 3] == 1:
                return
            at += 9 + int.from_bytes(got[at:at + 3], "big")
        chunk = conn.recv(65536)
        if chunk == b"":
            return
        got += chunk

def ask(refusal):
    """curl's exit code, the status it got, and how many connections it took."""
    server = socket.create_server(("127.0.0.1", 0))
    conns = []
    def one(conn, answer):
        try:
            conn.settimeout(20)
            opened(conn)
            conn.sendall(settings)
            for part in answer:
                conn.sendall(part)
            while conn.recv(65536):
                pass
        except OSError:
            pass
        conn.close()
    def serve():
        while True:
            try:
                conn, _ = server.accept()
            except OSError:
                return
            conns.append(conn)
            answer = refusal if len(conns) == 1 else [status_200]
            threading.Thread(target=one, args=(conn, answer), daemon=True).start()
    threading.Thread(target=serve, daemon=True).start()
    client = subprocess.run([sys.argv[1], "-q", "-s", "--http2-prior-knowledge", "-m", "15", "-w", "%{http_code}",
                             f"http://127.0.0.1:{server.getsockname()[1]}/"], capture_output=True, text=True)
    server.close()
    return client.returncode, client.stdout, len(conns)

seen = {name: ask(refusal) for name, refusal in refusals.items()}
for name, (code, status, conns) in seen.items():
    print(f"{name}: exit {code}, status {status}, connections {conns}")
refused, *gone = seen.values()
sys.exit(0 if refused == (0, "200", 2) and all(answer == (16, "000", 1) for answer in gone) else 1)
PY
