#!/usr/bin/env bash
# wget 1.21.3 and wget2 1.99.1 (Debian 12): they send a POST again if the server closes
# the connection without an answer.
#
# Guess: a client does not repeat a POST by itself, because the server may have acted on
# the first one (RFC 9110, section 9.2.2); wget's tries, twenty by default, are for
# downloads. The wget of BusyBox 1.35.0 sends it once and reports an error.
# Seen: both send the same POST with its body four times within seven seconds. If a
# proxy closes a connection after it has forwarded the request (the target is gone, a
# limit, a restart), each of these requests may count.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq "wget:$arch=1.21.3-1+deb12u1" libpcre2-8-0 libpsl5 libidn2-0 libunistring2 \
  "wget2:$arch=1.99.1-2.2" libwget0 libgpgme11 libassuan0 libgpg-error0 \
  "busybox-static:$arch=1:1.35.0-4+deb12u1+b1" >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/lib/$(uname -m)-linux-gnu:$tmp/root/usr/lib"

python3 - "$tmp/root" <<'PY'
import socket, subprocess, sys, threading
root = sys.argv[1]

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

wget = posts([f"{root}/usr/bin/wget", "--no-config", "-q", "-O", "/dev/null", "--post-data=pay=1"])
wget2 = posts([f"{root}/usr/bin/wget2", "--no-config", "-q", "-O", "/dev/null", "--post-data=pay=1"])
busybox = posts([f"{root}/bin/busybox", "wget", "-q", "-O", "/dev/null", "--post-data=pay=1"])
print(f"POST requests within 7 s: wget 1.21.3 {wget}, wget2 1.99.1 {wget2}, BusyBox 1.35.0 {busybox}")
sys.exit(0 if wget >= 3 and wget2 >= 3 and busybox == 1 else 1)
PY
