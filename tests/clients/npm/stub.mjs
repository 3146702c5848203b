/** Servers that answer just enough for a client to hear them. */
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import tls from "node:tls";

/** What a server that is no real one says, so that it is known by it. */
export const SAID = "said by the stub";

/** The certificate of `clients.test`, which the clients are to trust. */
export const TLS = process.env.CERTIFICATE === undefined ? {} : {
  cert: readFileSync(process.env.CERTIFICATE),
  key: readFileSync(process.env.CERTIFICATE_KEY),
};

/** A server on a free port. */
export function listening(server) {
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve(server))
  );
}

/**
 * A server that answers pieces of what it reads.
 *
 * @param answer Gets a piece, and its number from 0; gives bytes or nothing.
 * @param greeting What is sent at once.
 */
export function stub(answer, greeting) {
  return listening(createServer((socket) => {
    socket.on("error", () => {});
    if (greeting !== undefined) socket.write(greeting);
    answering(socket, answer);
  }));
}

/** The same behind TLS. */
export function tlsStub(options, answer) {
  return listening(tls.createServer({ ...TLS, ...options }, (socket) => {
    socket.on("error", () => {});
    answering(socket, answer);
  }));
}

export function answering(socket, answer) {
  let count = 0;
  socket.on("data", (bytes) => {
    const reply = answer(bytes, count++, socket);
    if (reply) socket.write(reply);
  });
}

/** A promise for what an error says. */
export function failure(promise) {
  return promise.then(
    () => {
      throw new Error("It did not fail");
    },
    (error) => error.message,
  );
}

export function be16(value) {
  return Buffer.from([value >> 8, value & 255]);
}

export function be32(value) {
  return Buffer.concat([be16(value >>> 16), be16(value & 0xffff)]);
}
