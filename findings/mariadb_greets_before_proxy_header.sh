#!/usr/bin/env bash
# MariaDB 10.11.19 (Debian 12) with proxy-protocol-networks: it sends its greeting before
# the PROXY header has come.
#
# Guess: a proxy in the list sends its header first, and a receiver must not start
# before it has it (PROXY specification, section 2): the server waits for the header,
# and greets then.
# Seen: the greeting comes at once, on a connection that has sent no byte. The server
# reads the header later, before the client's login, and then changes the host of the
# connection, which selects the account: USER() has the address of the header. So what a
# target sends first does not show whether it accepts PROXY headers.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "mariadb-server-core:$arch=1:10.11.19-0+deb12u1" libaio1 liburing2 libnuma1 libpmem1 \
  libdaxctl1 libndctl6 libkmod2 libsnappy1v5 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu:$tmp/root/lib/$(uname -m)-linux-gnu"

python3 - "$tmp" <<'PY'
import os, socket, struct, subprocess, sys, time
tmp = sys.argv[1]
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
os.mkdir(f"{tmp}/data")
share = f"{tmp}/root/usr/share/mysql"
common = [f"{tmp}/root/usr/sbin/mariadbd", "--no-defaults", "--user=root", "--skip-name-resolve", "--innodb=OFF",
          "--default-storage-engine=MyISAM", f"--datadir={tmp}/data", f"--lc-messages-dir={share}"]
tables = ["CREATE DATABASE mysql;", "USE mysql;"]
for name in ("mysql_system_tables", "mysql_system_tables_data"):
    with open(f"{share}/{name}.sql") as sql:
        tables.append(sql.read())
tables += ["FLUSH PRIVILEGES;", "CREATE USER app@'192.0.2.7';", "CREATE USER app@'127.0.0.1';"]
subprocess.run([*common, "--bootstrap"], input="\n".join(tables) + "\n", text=True, check=True, timeout=60,
               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
server = subprocess.Popen([
    *common, f"--socket={tmp}/socket", f"--pid-file={tmp}/pid",
    "--bind-address=127.0.0.1", f"--port={port}", "--proxy-protocol-networks=127.0.0.0/8",
], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

def connect():
    for _ in range(400):
        try:
            return socket.create_connection(("127.0.0.1", port))
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise SystemExit("No server")

def packet(client):
    """The next packet; its sequence number and payload."""
    def exactly(n):
        got = b""
        while len(got) < n:
            chunk = client.recv(n - len(got))
            if chunk == b"":
                raise SystemExit("End of stream")
            got += chunk
        return got
    head = exactly(4)
    return head[3], exactly(int.from_bytes(head[:3], "little"))

try:
    client = connect()
    client.settimeout(20)
    _, greeting = packet(client)
    client.sendall(b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 3306\r\n")
    # CLIENT_PROTOCOL_41, CLIENT_SECURE_CONNECTION, CLIENT_PLUGIN_AUTH; no password.
    login = struct.pack("<IIB23x", 0x200 | 0x8000 | 0x80000, 1 << 24, 33) + b"app\0\0mysql_native_password\0"
    client.sendall(len(login).to_bytes(3, "little") + b"\x01" + login)
    _, answer = packet(client)
    query = b"\x03SELECT USER()"
    client.sendall(len(query).to_bytes(3, "little") + b"\0" + query)
    row = [packet(client)[1] for _ in range(4)][3]
finally:
    server.kill()
    server.wait()
user = row[1:].decode()
print(f"MariaDB greets {greeting[1:].split(bytes(1))[0].decode()} before any header; USER() behind it: {user}")
sys.exit(0 if greeting[0] == 10 and answer[0] == 0 and user == "app@192.0.2.7" else 1)
PY
