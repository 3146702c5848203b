#!/usr/bin/env bash
# OpenSSH 9.2p1 (Debian 12): ssh sends first, ssh-keyscan of the same package waits.
#
# Guess: both sides send their identification string when the connection is established
# (RFC 4253, section 4.2), in every program of OpenSSH; ssh-keyscan opens one connection
# and takes the keys that the server offers there.
# Seen: ssh sends its string to a silent server at once. ssh-keyscan opens five
# connections at the same time and sends nothing on any of them. For a proxy that
# detects SSH by the client's first bytes, these are five clients that send nothing.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq "openssh-client:$arch=1:9.2p1-2+deb12u10" \
  libedit2 libfido2-1 libcbor0.8 libbsd0 libmd0 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/lib/$(uname -m)-linux-gnu"

python3 - "$tmp/root/usr/bin" <<'PY'
import select, socket, subprocess, sys, time
folder = sys.argv[1]

def openings(command, seconds):
    """What each connection sends to a server that says nothing, within the time."""
    server = socket.create_server(("127.0.0.1", 0))
    port = str(server.getsockname()[1])
    client = subprocess.Popen([word.replace("PORT", port) for word in command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    sent = {}
    end = time.monotonic() + seconds
    try:
        while (left := end - time.monotonic()) > 0:
            for ready in select.select([server, *sent], [], [], left)[0]:
                if ready is server:
                    sent[server.accept()[0]] = b""
                elif chunk := ready.recv(4096):
                    sent[ready] += chunk
                else:
                    end = 0
    finally:
        client.kill()
        client.wait()
    return [got.split(b"\r\n")[0].decode() for got in sent.values()]

ssh = openings([f"{folder}/ssh", "-F", "none", "-o", "BatchMode=yes", "-p", "PORT", "a@127.0.0.1"], 3)
keyscan = openings([f"{folder}/ssh-keyscan", "-p", "PORT", "127.0.0.1"], 3)
print(f"to a silent server: ssh {ssh}, ssh-keyscan {keyscan}")
holds = len(ssh) == 1 and ssh[0].startswith("SSH-2.0-OpenSSH_9.2p1") and keyscan == [""] * 5
sys.exit(0 if holds else 1)
PY
