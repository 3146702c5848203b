import { WebSocket, WebSocketServer } from "ws";
import { SAID } from "./stub.mjs";

export async function serve() {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (socket) => socket.send(SAID));
  await new Promise((resolve) => server.on("listening", resolve));
  return server;
}

export function call(port) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`);
  return new Promise((resolve, reject) => {
    socket.on("message", resolve);
    socket.on("error", reject);
  });
}
