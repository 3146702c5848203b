import { Kafka, logLevel } from "kafkajs";
import { be16, be32, failure, stub } from "./stub.mjs";

const CLUSTER_AUTHORIZATION_FAILED = 31;

/** A broker that refuses the first request. */
export function serve() {
  return stub((bytes) => {
    const body = Buffer.concat([
      bytes.subarray(8, 12),
      be16(CLUSTER_AUTHORIZATION_FAILED),
      be32(0),
    ]);
    return Buffer.concat([be32(body.length), body]);
  });
}

export function call(port) {
  const kafka = new Kafka({
    clientId: "clients",
    brokers: [`127.0.0.1:${port}`],
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  });
  return failure(kafka.admin().connect());
}
