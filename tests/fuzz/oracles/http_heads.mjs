/**
 * What Node's HTTP server reads in the starts of connections. Reads batches from
 * standard input (BE32 count, then each: BE32 length, bytes), writes a line of
 * JSON for each: `{ method, url, host }`, `{ error }`, or `null`: it waits.
 */
import http from "node:http";
import process from "node:process";
import { Buffer } from "node:buffer";
import { setImmediate } from "node:timers";
import { Duplex } from "node:stream";

const answers = new Map();
const server = http.createServer({ requireHostHeader: false });
const REQUESTS = [
  "request",
  "connect",
  "upgrade",
  "checkContinue",
  "checkExpectation",
];
for (const event of REQUESTS) {
  server.on(event, (request, other) => {
    const socket = request.socket ?? other;
    const { method, url, headers } = request;
    const host = headers.host ?? null;
    if (!answers.has(socket)) answers.set(socket, { method, url, host });
    socket.destroy();
  });
}
server.on("clientError", (error, socket) => {
  if (!answers.has(socket)) answers.set(socket, { error: error.code });
  socket.destroy();
});

function connect(bytes) {
  const socket = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
    },
  });
  socket.on("error", () => {});
  server.emit("connection", socket);
  socket.push(bytes);
  return socket;
}

function tick() {
  return new Promise((resolve) => setImmediate(resolve));
}

async function answer(batch) {
  const sockets = batch.map(connect);
  for (let i = 0; i < 4; i++) await tick();
  const found = sockets.map((socket) => answers.get(socket) ?? null);
  for (const socket of sockets) socket.destroy();
  answers.clear();
  process.stdout.write(JSON.stringify(found) + "\n");
}

/** Takes a whole batch off the front; `null`: it is not all there. */
function takeBatch(buffer) {
  if (buffer.length < 4) return null;
  const batch = [];
  let at = 4;
  for (let left = buffer.readUInt32BE(0); left > 0; left--) {
    if (at + 4 > buffer.length) return null;
    const end = at + 4 + buffer.readUInt32BE(at);
    if (end > buffer.length) return null;
    batch.push(buffer.subarray(at + 4, end));
    at = end;
  }
  return { batch, rest: buffer.subarray(at) };
}

let held = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  held = Buffer.concat([held, chunk]);
  for (let taken; (taken = takeBatch(held)) !== null;) {
    held = taken.rest;
    await answer(taken.batch);
  }
}
process.exit(0);
