#!/usr/bin/env bash
# wget 1.21.3 and wget2 1.99.1 (Debian 12): a POST that the server closes without an
# answer is sent again.
#
# Guess: nobody repeats a POST of his own accord, since the server may have acted on the
# first one (RFC 9110, section 9.2.2); the tries of wget, twenty by default, are for
# downloads. curl sends it once and reports the empty answer.
# Seen: both send the same POST, body and all, again and again, four times within seven
# seconds. Where a proxy closes silently after it has passed the request on (its target
# gone, a limit, a restart), each of them may count.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq "wget:$arch=1.21.3-1+deb12u1" libpcre2-8-0 libpsl5 libidn2-0 libunistring2 \
  "wget2:$arch=1.99.1-2.2" libwget0 libgpgme11 libassuan0 libgpg-error0 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/lib/$(uname -m)-linux-gnu:$tmp/root/usr/lib"

python3 - "$tmp/root/usr/bin" <<'PY'
import socket, subprocess, sys, threading
folder = sys.argv[1]

def posts(command):
    """The POST requests, with their bodies, that come within seven seconds."""
    server = socket.create_server(("127.0.0.1", 0))
    seen = []
    def serve():
        while True:
            try:
                conn, _ = server.accept()
            except OSError:
                return
            conn.settimeout(5)
            request = b""
            while b"pay=1" not in request and (chunk := conn.recv(4096)):
                request += chunk
            conn.close()
            seen.append(request.startswith(b"POST / ") and request.endswith(b"\r\n\r\npay=1"))
    threading.Thread(target=serve, daemon=True).start()
    client = subprocess.Popen([*command, f"http://127.0.0.1:{server.getsockname()[1]}/"], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        client.wait(7)
    except subprocess.TimeoutExpired:
        client.kill()
        client.wait()
    server.close()
    return sum(seen)

wget = posts([f"{folder}/wget", "--no-config", "-q", "-O", "/dev/null", "--post-data=pay=1"])
wget2 = posts([f"{folder}/wget2", "--no-config", "-q", "-O", "/dev/null", "--post-data=pay=1"])
curl = posts(["curl", "-q", "-s", "-d", "pay=1"])
print(f"POST requests within 7 s: wget 1.21.3 {wget}, wget2 1.99.1 {wget2}, curl {curl}")
sys.exit(0 if wget >= 3 and wget2 >= 3 and curl == 1 else 1)
PY
