#!/usr/bin/env bash
# undici 7.30.2 (the fetch of Node), lftp 4.9.2 and wget of BusyBox 1.35.0 (Debian 12): an
# informational answer that they did not ask for ends the request.
#
# Guess: a client skips 1xx answers before the final one, also those that it does not
# expect (RFC 9110, section 15.2: MUST be able to parse them), as Wget 1.21.3 does.
# Seen: undici skips 103 and fails with "bad response" at 100. lftp and wget of BusyBox
# skip 100 and take 103 for the final status. So there is no informational answer that a
# server or proxy can send to every client.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit --ignore-scripts undici@7.30.2 >/dev/null

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq "lftp:$arch=4.9.2-2+b1" libreadline8 libtinfo6 libgnutls30 \
  "wget:$arch=1.21.3-1+deb12u1" libpcre2-8-0 libpsl5 libidn2-0 libunistring2 \
  "busybox-static:$arch=1:1.35.0-4+deb12u1+b1" >/dev/null
for package in *.deb; do dpkg -x "$package" root; done

cat >fetch.cjs <<'JS'
require("undici").fetch(process.argv[2]).then((answer) => answer.text()).then(console.log, (error) => {
  console.log(error.cause?.message ?? error.message);
  process.exit(1);
});
JS

python3 - "$tmp/root" "$(uname -m)-linux-gnu" <<'PY'
import os, socket, subprocess, sys, threading
root, lib = sys.argv[1:]
environment = os.environ | {"LD_LIBRARY_PATH": f"{root}/usr/lib/{lib}:{root}/lib/{lib}", "HOME": os.getcwd()}
FINAL = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nfinal"
INFORMATIONAL = {100: b"HTTP/1.1 100 Continue\r\n\r\n", 103: b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"}

def gets_final(command, before):
    """Whether the client exits with 0 and prints the body of the final answer."""
    server = socket.create_server(("127.0.0.1", 0))
    def serve():
        while True:
            try:
                conn, _ = server.accept()
            except OSError:
                return
            with conn:
                try:
                    request = b""
                    while b"\r\n\r\n" not in request and (chunk := conn.recv(4096)):
                        request += chunk
                    conn.sendall(before + FINAL)
                    conn.shutdown(socket.SHUT_WR)
                    while conn.recv(4096):
                        pass
                except OSError:
                    pass  # the client has closed before
    threading.Thread(target=serve, daemon=True).start()
    client = subprocess.run(command(f"http://127.0.0.1:{server.getsockname()[1]}/a"), env=environment,
                            stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    server.close()
    return client.returncode == 0 and b"final" in client.stdout

CLIENTS = {
    "undici": lambda url: ["node", "fetch.cjs", url],
    "lftp": lambda url: [f"{root}/usr/bin/lftp", "--norc", "-c", f"set net:max-retries 1; cat {url}"],
    "BusyBox": lambda url: [f"{root}/bin/busybox", "wget", "-q", "-O", "-", url],
    "Wget": lambda url: [f"{root}/usr/bin/wget", "--no-config", "-q", "-t", "1", "-O", "-", url],
}
seen = {}
for name, command in CLIENTS.items():
    if not gets_final(command, b""):
        sys.exit(f"{name} does not get an ordinary answer")
    seen[name] = [status for status, answer in INFORMATIONAL.items() if gets_final(command, answer)]
print("informational answers that do not end the request:", seen)
sys.exit(0 if seen == {"undici": [103], "lftp": [100], "BusyBox": [100], "Wget": [100, 103]} else 1)
PY
