import { BSON, MongoClient } from "mongodb";
import { SAID, stub } from "./stub.mjs";

const OP_REPLY = 1;
const OP_MSG = 2013;
const OP_QUERY = 2004;

/** The same document in answer to everything. */
export function serve() {
  const document = BSON.serialize({
    ok: 1,
    isWritablePrimary: true,
    ismaster: true,
    helloOk: true,
    minWireVersion: 0,
    maxWireVersion: 21,
    maxBsonObjectSize: 16777216,
    maxMessageSizeBytes: 48000000,
    maxWriteBatchSize: 100000,
    note: SAID,
  });
  return stub((bytes) => {
    const isQuery = bytes.readInt32LE(12) === OP_QUERY;
    const before = isQuery
      ? Buffer.concat([Buffer.alloc(16), Buffer.from([1, 0, 0, 0])])
      : Buffer.alloc(5);
    const header = Buffer.alloc(16);
    header.writeInt32LE(16 + before.length + document.length, 0);
    header.writeInt32LE(bytes.readInt32LE(4), 8);
    header.writeInt32LE(isQuery ? OP_REPLY : OP_MSG, 12);
    return Buffer.concat([header, before, document]);
  });
}

export async function call(port) {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/shop`, {
    serverSelectionTimeoutMS: 5000,
    directConnection: true,
    monitorCommands: true,
  });
  const { note } = await client.db("shop").command({ ping: 1 });
  return note;
}
