import cassandra from "cassandra-driver";
import { be16, be32, SAID, stub } from "./stub.mjs";

const ERROR = 0;
const SERVER_ERROR = 0;

export function serve() {
  return stub((bytes) => {
    const body = Buffer.concat([
      be32(SERVER_ERROR),
      be16(SAID.length),
      Buffer.from(SAID),
    ]);
    const header = Buffer.from([
      0x80 | bytes[0],
      0,
      bytes[2],
      bytes[3],
      ERROR,
    ]);
    return Buffer.concat([header, be32(body.length), body]);
  });
}

export async function call(port) {
  const client = new cassandra.Client({
    contactPoints: [`127.0.0.1:${port}`],
    localDataCenter: "dc1",
  });
  try {
    await client.connect();
  } catch ({ message, innerErrors = {} }) {
    return [message, ...Object.values(innerErrors)].join(" ");
  }
  throw new Error("It did not fail");
}
