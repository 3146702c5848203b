import mqtt from "mqtt";
import { stub } from "./stub.mjs";

/** CONNACK: not authorised. */
export function serve() {
  return stub(() => Buffer.from([0x20, 0x03, 0x00, 0x87, 0x00]));
}

export function call(port) {
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    protocolVersion: 5,
    clientId: "clients",
    reconnectPeriod: 0,
  });
  return new Promise((resolve) =>
    client.on("error", ({ message }) => resolve(message))
  );
}
