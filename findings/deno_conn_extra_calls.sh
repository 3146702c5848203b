#!/usr/bin/env bash
# Deno 2.9.6: system calls of a TCP connection beyond accept4, connect and close.
#
# Guess: accept4 returns the peer's address, so an accepted connection that is closed
# at once costs accept4, one getsockname and close; a dialled one socket, connect and
# close. Closing a connection with unread bytes sends a reset and no FIN.
# Seen: both ends make getsockname, getpeername, and shutdown(SHUT_WR) before close. Of
# the five calls of an accepted connection that gets no byte (without epoll_ctl), two
# are superfluous: getpeername and shutdown. op_net_accept_tcp (ext/net/ops.rs) asks for
# the peer's address again (peer_addr()) although accept() returned it, and the stream
# is split (into_split()): its write half shuts down when it is dropped. So a FIN is
# sent first even when the kernel resets the connection: a relay cannot forward a reset,
# its peer reads the end of the stream before it.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit deno@2.9.6 >/dev/null
apt-get -o APT::Sandbox::User=root download -qq strace=6.1-0.1 libunwind8=1.6.2-3 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
export LD_LIBRARY_PATH="$tmp/root/usr/lib/$(uname -m)-linux-gnu"

cat >pairs.ts <<'TS'
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const { port } = listener.addr as Deno.NetAddr;
for (let i = 0; i < 100; i++) {
  const [accepted, dialled] = await Promise.all([
    listener.accept(),
    Deno.connect({ hostname: "127.0.0.1", port }),
  ]);
  accepted.close();
  dialled.close();
}
listener.close();
TS
root/usr/bin/strace -f -o calls.txt -e trace=getsockname,getpeername,shutdown,accept4,connect \
  node_modules/.bin/deno run --no-prompt --allow-net=127.0.0.1 pairs.ts 2>/dev/null
count() { grep -cE "$1" calls.txt || true; }
accepts=$(count 'accept4\(.*\) = [0-9]|accept4 resumed.*= [0-9]')
names=$(count 'getsockname\(')
peers=$(count 'getpeername\(')
shutdowns=$(count 'shutdown\(.*SHUT_WR')
echo "Deno 2.9.6, 100 pairs: accept4 $accepts, getsockname $names, getpeername $peers, shutdown $shutdowns"

# What the peer of a connection sees that is closed over unread bytes.
cat >unread.ts <<'TS'
const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log((listener.addr as Deno.NetAddr).port);
const conn = await listener.accept();
// The bytes are in the kernel's buffer by then.
await Deno.stdin.read(new Uint8Array(1));
conn.close();
listener.close();
TS
cat >peer.py <<'PY'
import socket, subprocess
deno = subprocess.Popen(["node_modules/.bin/deno", "run", "--no-prompt", "--allow-net=127.0.0.1", "unread.ts"],
                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
try:
    peer = socket.create_connection(("127.0.0.1", int(deno.stdout.readline())))
    peer.sendall(b"unread")
    deno.stdin.write(b"x")
    deno.stdin.close()
    first = "end of stream" if peer.recv(1) == b"" else "bytes"
except ConnectionResetError:
    first = "reset"
finally:
    deno.kill()
    deno.wait()
print(f"closed over unread bytes: the peer reads {first} first")
raise SystemExit(first != "end of stream")
PY
python3 peer.py
[ "$accepts" -eq 100 ] && [ "$names" -ge 200 ] && [ "$peers" -eq 200 ] && [ "$shutdowns" -eq 200 ]
