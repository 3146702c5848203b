#!/usr/bin/env bash
# Deno 2.9.6: system calls of a TCP connection beyond accept4, connect and close.
#
# Guess: accept4 returns the peer's address, so an accepted connection that is closed
# at once costs accept4, one getsockname and close; a dialled one socket, connect and
# close. Closing over unread bytes sends a reset and no FIN.
# Seen: both ends cost getsockname and getpeername, and shutdown(SHUT_WR) before each
# close: two of the five calls of an accepted connection that brings no byte (epoll_ctl
# aside) could be left out, getpeername and shutdown. The peer's address is asked for
# again by op_net_accept_tcp (ext/net/ops.rs: peer_addr() beside the address that
# accept() gave), and the stream is split (into_split()), whose write half shuts down
# when it is dropped. So a FIN goes first even when the kernel resets: a relay cannot
# pass a reset on, its peer reads the end of the stream before it.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --silent --no-fund --no-audit deno@2.9.6 >/dev/null
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
peer = socket.create_connection(("127.0.0.1", int(deno.stdout.readline())))
peer.sendall(b"unread")
deno.stdin.write(b"x")
deno.stdin.close()
try:
    first = "end of stream" if peer.recv(1) == b"" else "bytes"
except ConnectionResetError:
    first = "reset"
deno.wait()
print(f"closed over unread bytes: the peer reads {first} first")
raise SystemExit(first != "end of stream")
PY
python3 peer.py
[ "$accepts" -eq 100 ] && [ "$names" -ge 200 ] && [ "$peers" -eq 200 ] && [ "$shutdowns" -eq 200 ]
