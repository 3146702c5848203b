#!/usr/bin/env bash
# mosquitto 2.0.11 (Debian 12) as a bridge: its MQTT CONNECT has protocol level 0x84.
#
# Guess: a broker that connects to another one is an ordinary MQTT 3.1.1 client, so the
# level after the name "MQTT" is 4 (MQTT 3.1.1, section 3.1.2.2).
# Seen: it is 132 (0x84). A bridge sets the high bit of the level by default
# (try_private), which the standard does not know. A detector that knows only levels 3,
# 4 and 5 misses every bridge.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "mosquitto:$arch=2.0.11-1.2+deb12u2" libmosquitto1 libcjson1 libdlt2 libwrap0 \
  libwebsockets17 libev4 libuv1 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu"

python3 - "$tmp" <<'PY'
import socket, subprocess, sys
tmp = sys.argv[1]
peer = socket.create_server(("127.0.0.1", 0))
peer.settimeout(30)
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    own = free.getsockname()[1]
with open(f"{tmp}/bridge.conf", "w") as config:
    config.write(f"""listener {own} 127.0.0.1
allow_anonymous true
connection upstream
address 127.0.0.1:{peer.getsockname()[1]}
topic # both
""")
broker = subprocess.Popen([f"{tmp}/root/usr/sbin/mosquitto", "-c", f"{tmp}/bridge.conf"],
                          stderr=subprocess.DEVNULL)
try:
    conn, _ = peer.accept()
    conn.settimeout(30)
    first = conn.recv(4096)
finally:
    broker.kill()
    broker.wait()
name = first.index(b"\x00\x04MQTT")
level = first[name + 6]
print(f"mosquitto 2.0.11 bridge: protocol level {level} (0x{level:02x})")
sys.exit(0 if first[0] == 0x10 and level == 0x84 else 1)
PY
