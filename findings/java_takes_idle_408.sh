#!/usr/bin/env bash
# Java 17.0.21 (Debian 12), HttpURLConnection as used by Ant 1.10.13: a status 408 that a
# server sends on an idle connection becomes the answer to the next request.
#
# Guess: a client that gets bytes on an idle connection, or its end, drops the connection
# and uses a new one, as Wget 1.21.3 does. Servers may send 408 before they close an idle
# connection (RFC 9110, section 15.5.9), and some proxies do.
# Seen: long after the 408 and the FIN have come, here two seconds, the second <get> of Ant takes
# the 408 as its answer and fails. No second connection is opened. So a proxy in front
# of Java clients should close idle connections without a word.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

arch=$(dpkg --print-architecture)
apt-get -o APT::Sandbox::User=root download -qq "openjdk-17-jre-headless:$arch=17.0.21.1+2-1~deb12u1" ant=1.10.13-1 \
  "wget:$arch=1.21.3-1+deb12u1" libpcre2-8-0 libpsl5 libidn2-0 libunistring2 >/dev/null
for package in *.deb; do dpkg -x "$package" root; done
# Links of the package to its files in /etc.
find root/usr/lib/jvm -lname '/etc/java-17-openjdk/*' | while read -r link; do
  ln -sfn "$tmp/root$(readlink "$link")" "$link"
done

cat >build.xml <<'XML'
<project>
  <target name="both">
    <get src="${url}" dest="first" verbose="true"/>
    <sleep seconds="3"/>
    <get src="${url}" dest="second" verbose="true"/>
  </target>
</project>
XML

python3 - "$tmp/root" <<'PY'
import os, socket, subprocess, sys, threading
root = sys.argv[1]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LATE = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 4\r\nConnection: close\r\n\r\nidle"

def run(command, environment={}):
    """The requests that come, and the exit code of a client that asks twice."""
    server = socket.create_server(("127.0.0.1", 0))
    requests = []
    def serve():
        while True:
            try:
                conn, _ = server.accept()
            except OSError:
                return
            request = b""
            while b"\r\n\r\n" not in request and (chunk := conn.recv(4096)):
                request += chunk
            requests.append(request.split(b"\r\n")[0])
            conn.sendall(OK)
            threading.Timer(0.5, idle, [conn]).start()
    def idle(conn):
        try:
            conn.sendall(LATE)
            conn.close()
        except OSError:
            pass  # the client has closed after its last answer
    threading.Thread(target=serve, daemon=True).start()
    client = subprocess.run(command(f"http://127.0.0.1:{server.getsockname()[1]}/"), stdin=subprocess.DEVNULL,
                            capture_output=True, text=True, timeout=120, env=os.environ | environment)
    server.close()
    return len(requests), client.returncode, client.stdout + client.stderr

jars = ":".join(f"{root}/usr/share/ant/lib/{name}.jar" for name in ("ant", "ant-launcher"))
ant = run(lambda url: [f"{root}/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "-cp", jars, "org.apache.tools.ant.Main",
                       "-f", "build.xml", f"-Durl={url}", "both"])
lib = f"{root}/usr/lib/x86_64-linux-gnu:{root}/lib/x86_64-linux-gnu"
wget = run(lambda url: [f"{root}/usr/bin/wget", "--no-config", "-q", "--wait=3", "-O", "/dev/null", url, url],
           {"LD_LIBRARY_PATH": lib})
print("\n".join(line for line in ant[2].splitlines() if "[get] Error" in line or "FAILED" in line))
print(f"requests that the server gets, and exit code: Ant {ant[:2]}, Wget {wget[:2]}")
sys.exit(0 if ant[:2] == (1, 1) and "HTTP response code: 408" in ant[2] and os.path.exists("first") and wget[:2] == (2, 0) else 1)
PY
