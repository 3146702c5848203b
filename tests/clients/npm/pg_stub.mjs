/** A PostgreSQL server that refuses every user. */
import tls from "node:tls";
import { answering, be32, SAID, stub, TLS, tlsStub } from "./stub.mjs";

const SSL_REQUEST = 80877103;

/** In plain text, and behind TLS to those who ask for it. */
export function postgres() {
  return stub((bytes, _, socket) => {
    if (bytes.length === 8 && bytes.readUInt32BE(4) === SSL_REQUEST) {
      socket.removeAllListeners("data");
      socket.write("S");
      const inside = new tls.TLSSocket(socket, { isServer: true, ...TLS });
      inside.on("error", () => {});
      answering(inside, refusal);
      return null;
    }
    return refusal();
  });
}

/** Behind TLS from the start. */
export function postgresInTls() {
  return tlsStub({ ALPNProtocols: ["postgresql"] }, refusal);
}

function refusal() {
  const fields = Buffer.from(`SFATAL\0C28000\0M${SAID}\0\0`);
  return Buffer.concat([Buffer.from("E"), be32(fields.length + 4), fields]);
}
