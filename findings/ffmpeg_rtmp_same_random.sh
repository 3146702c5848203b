#!/usr/bin/env bash
# ffmpeg (npm @ffmpeg-installer/linux-x64 4.1.0): the random bytes of its RTMP handshake
# are the same at every start.
#
# Guess: C1 has 1528 bytes of random data (RTMP 1.0, section 5.2.3), so two runs differ.
# Seen: two processes send the same C0 and C1, the time field included. Bytes that look
# random can identify this client.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit --ignore-scripts @ffmpeg-installer/linux-x64@4.1.0 >/dev/null
chmod +x node_modules/@ffmpeg-installer/linux-x64/ffmpeg

python3 - node_modules/@ffmpeg-installer/linux-x64/ffmpeg <<'PY'
import hashlib, socket, subprocess, sys

def handshake():
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(60)
    url = f"rtmp://127.0.0.1:{server.getsockname()[1]}/live/a"
    client = subprocess.Popen([sys.argv[1], "-nostdin", "-loglevel", "quiet", "-i", url, "-f", "null", "-"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        conn, _ = server.accept()
        conn.settimeout(30)
        got = b""
        while len(got) < 1537:
            got += conn.recv(4096)
        return got[:1537]
    finally:
        client.kill()
        client.wait()

one, two = handshake(), handshake()
print("ffmpeg C0 and C1:", one[:9].hex(), hashlib.sha256(one).hexdigest()[:16], hashlib.sha256(two).hexdigest()[:16])
sys.exit(0 if one == two and len(set(one)) > 100 else 1)
PY
