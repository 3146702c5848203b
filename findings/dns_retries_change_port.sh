#!/usr/bin/env bash
# dig 9.18.49, kdig 3.2.6 (Debian 12) and the resolver of Node 20.20.2: each retry of a DNS
# query over UDP comes from a new port, and an answer to the first one is then lost.
#
# Guess: a retry is the same datagram, from the same socket, and the answer to an earlier
# try counts when it comes late, as with nslookup of BusyBox 1.35.0.
# Seen: the id is the same, the port is another one, and the former socket is closed: an
# answer that comes after the retry was sent fails the query. A forwarder that keeps a
# session for each port of a client opens one for each retry, and a server that is
# always slower than the client's patience is never heard, however often it answers.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit node@20.20.2 >/dev/null

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq \
  "bind9-dnsutils:$arch=1:9.18.49-1~deb12u3" "bind9-libs:$arch=1:9.18.49-1~deb12u3" libuv1 liblmdb0 libmaxminddb0 \
  libjson-c5 libjemalloc2 libedit2 libbsd0 libfstrm0 libprotobuf-c1 \
  "knot-dnsutils:$arch=3.2.6-1" libdnssec9 libknot13 libzscanner4 libxdp1 libbpf1 libidn2-0 libunistring2 libnghttp2-14 \
  "busybox-static:$arch=1:1.35.0-4+deb12u1+b1" >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
lib="$(uname -m)-linux-gnu"

cat >resolve.cjs <<'JS'
const resolver = new (require("node:dns").Resolver)({ timeout: 2000, tries: 2 });
resolver.setServers([`127.0.0.1:${process.argv[2]}`]);
resolver.resolve4("a.example", (error, addresses) => console.log(error?.code ?? addresses[0]));
JS

python3 - "$tmp/root" "$lib" <<'PY'
import os, socket, subprocess, sys, time
from concurrent.futures import ThreadPoolExecutor
root, lib = sys.argv[1:]
environment = os.environ | {"LD_LIBRARY_PATH": f"{root}/usr/lib/{lib}:{root}/lib/{lib}"}

def answer(query):
    question = query[12:query.index(b"\0", 12) + 5]
    record = b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton("192.0.2.7")
    return query[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + question + record

def late(command):
    """The number of ids and ports of the tries, and whether the answer to the first is used after the second."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(0.1)
    client = subprocess.Popen(command(str(server.getsockname()[1])), env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    tries, end = [], time.monotonic() + 60
    while client.poll() is None and time.monotonic() < end:
        try:
            tries.append(server.recvfrom(4096))
        except TimeoutError:
            continue
        if len(tries) == 2:
            server.sendto(answer(tries[0][0]), tries[0][1])
    client.kill()
    used = b"192.0.2.7" in client.stdout.read()
    return len({query[:2] for query, _ in tries}), len({address for _, address in tries}) == len(tries) > 1, used

CLIENTS = {
    "dig": lambda port: [f"{root}/usr/bin/dig", "-r", "+noedns", "+time=2", "+tries=2", "@127.0.0.1", "-p", port, "a.example"],
    "kdig": lambda port: [f"{root}/usr/bin/kdig", "+time=2", "+retry=1", "@127.0.0.1", "-p", port, "a.example"],
    "Node": lambda port: ["node_modules/.bin/node", "resolve.cjs", port],
    "BusyBox": lambda port: [f"{root}/bin/busybox", "nslookup", "-type=a", "a.example.", f"127.0.0.1:{port}"],
}
with ThreadPoolExecutor() as pool:
    seen = dict(zip(CLIENTS, pool.map(late, CLIENTS.values())))
print("different ids, a new port for each try, a late answer is used:", seen)
new_port = (1, True, False)
sys.exit(0 if seen == {"dig": new_port, "kdig": new_port, "Node": new_port, "BusyBox": (1, False, True)} else 1)
PY
