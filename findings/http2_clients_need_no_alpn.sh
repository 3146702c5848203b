#!/usr/bin/env bash
# node:http2 of Node 20.19.5, Deno 2.9.6 and Bun 1.4.5, and @grpc/grpc-js 1.14.0: they
# speak HTTP/2 over TLS also when the server did not choose a protocol.
#
# Guess: they offer "h2" by ALPN. A server without ALPN does not choose it, so HTTP/2
# was not agreed on (RFC 9113, section 3.2: HTTP/2 over TLS is named "h2"), and the
# client reports an error before its first byte. undici 7.18.2, which offers both
# versions, then sends an HTTP/1.1 request.
# Seen: each sends the preface "PRI * HTTP/2.0" into the TLS session. A server behind a
# TLS terminator without ALPN gets it as its first bytes.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"
npm install --loglevel=error --no-fund --no-audit node@20.19.5 deno@2.9.6 >/dev/null
npm install --loglevel=error --no-fund --no-audit --ignore-scripts @oven/bun-linux-x64@1.4.5 @grpc/grpc-js@1.14.0 undici@7.18.2 >/dev/null
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem \
  -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null

cat >http2.cjs <<'JS'
const { connect } = require("node:http2");
const { readFileSync } = require("node:fs");
const session = connect(`https://localhost:${process.argv[2]}`, { ca: readFileSync("cert.pem") });
session.on("error", () => {});
session.request({ ":path": "/" }).on("error", () => {}).end();
setTimeout(() => process.exit(), 20000);
JS
cat >grpc.cjs <<'JS'
const grpc = require("@grpc/grpc-js");
const { readFileSync } = require("node:fs");
const client = new grpc.Client(`localhost:${process.argv[2]}`, grpc.credentials.createSsl(readFileSync("cert.pem")));
const bytes = (value) => value;
client.makeUnaryRequest("/a.B/C", bytes, bytes, Buffer.alloc(0), () => {});
setTimeout(() => process.exit(), 20000);
JS

cat >undici.cjs <<'JS'
const { Agent, request } = require("undici");
const { readFileSync } = require("node:fs");
const dispatcher = new Agent({ allowH2: true, connect: { ca: readFileSync("cert.pem") } });
request(`https://localhost:${process.argv[2]}/`, { dispatcher }).catch(() => {});
JS

cat >server.py <<'PY'
import socket, ssl, subprocess, sys
tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain("cert.pem", "key.pem")

def first_bytes(command):
    """The first bytes inside TLS, and the protocol that was agreed on."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(30)
    port = str(server.getsockname()[1])
    client = subprocess.Popen([word.replace("PORT", port) for word in command], stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        conn, _ = server.accept()
        conn.settimeout(30)
        with tls.wrap_socket(conn, server_side=True) as session:
            return session.recv(14), session.selected_alpn_protocol()
    finally:
        client.kill()
        client.wait()

modules = "node_modules/"
clients = {
    "Node 20.19.5": [modules + ".bin/node", "http2.cjs", "PORT"],
    "Deno 2.9.6": [modules + ".bin/deno", "run", "--no-prompt", "--allow-all", "http2.cjs", "PORT"],
    "Bun 1.4.5": [modules + "@oven/bun-linux-x64/bin/bun", "http2.cjs", "PORT"],
    "grpc-js 1.14.0": [modules + ".bin/node", "grpc.cjs", "PORT"],
    "undici 7.18.2": [modules + ".bin/node", "undici.cjs", "PORT"],
}
holds = True
for name, command in clients.items():
    sent, agreed = first_bytes(command)
    print(f"{name}: agreed on {agreed}, sends {sent!r}")
    wanted = b"GET / HTTP/1.1" if name.startswith("undici") else b"PRI * HTTP/2.0"
    holds = holds and agreed is None and sent == wanted
sys.exit(0 if holds else 1)
PY
python3 server.py
