import amqp from "amqplib";
import { be16, be32, SAID, stub } from "./stub.mjs";

const TUNE_OK_BYTES = 20;

/** A broker up to the open connection, which it closes when it is asked to. */
export function serve() {
  const longString = (text) => [be32(text.length), Buffer.from(text)];
  const product = [Buffer.from("\x07productS"), ...longString(SAID)];
  const answers = [
    method(
      ...[10, 10, Buffer.from([0, 9])],
      be32(Buffer.concat(product).length),
      ...product,
      ...longString("PLAIN"),
      ...longString("en_US"),
    ),
    method(10, 30, be16(0), be32(131072), be16(0)),
    method(10, 41, Buffer.from([0])),
    method(10, 51),
  ];
  let sent = 0;
  // TuneOk and Open may come in one piece or in two.
  return stub((bytes) => {
    const isOnlyTuneOk = bytes.length === TUNE_OK_BYTES;
    return isOnlyTuneOk ? null : answers[sent++];
  });
}

function method(classId, methodId, ...parts) {
  const payload = Buffer.concat([be16(classId), be16(methodId), ...parts]);
  return Buffer.concat([
    Buffer.from([1, 0, 0]),
    be32(payload.length),
    payload,
    Buffer.from([0xce]),
  ]);
}

export async function call(port) {
  const connection = await amqp.connect(`amqp://127.0.0.1:${port}/shop`);
  const { product } = connection.connection.serverProperties;
  await connection.close();
  return product;
}
