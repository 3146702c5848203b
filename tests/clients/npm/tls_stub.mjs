/** A web server behind TLS. */
import { SAID, tlsStub } from "./stub.mjs";

export function web() {
  const answer = [
    "HTTP/1.1 200 OK",
    "Content-Type: text/html",
    `Content-Length: ${SAID.length}`,
    "Connection: close",
    "",
    SAID,
  ].join("\r\n");
  return tlsStub({ ALPNProtocols: ["http/1.1"] }, () => answer);
}
