/** A Kafka broker that says which brokers and topics there are, and no more. */
import { be, vector, wire } from "./wire.ts";
import { type Service, service } from "./services.ts";
import { writeAll } from "./tcp.ts";

const METADATA = 3;
const API_VERSIONS = 18;
const HEADER_BYTES = 12;

/** The one topic, with one partition. */
export const TOPIC = "topic";

/** A broker, and the api keys that were asked for first on each connection. */
export interface KafkaBroker extends Service {
  readonly firstKeys: readonly number[];
}

/**
 * Starts a broker. It answers ApiVersions of version 0 and Metadata of versions
 * 0 and 1, in which clients are told to go to one broker.
 *
 * @param advertised The port of that broker on 127.0.0.2, once it is known.
 */
export function startKafkaBroker(advertised: () => number): KafkaBroker {
  const firstKeys: number[] = [];
  const broker = service(async (conn) => {
    let isFirst = true;
    for await (const request of requests(conn)) {
      const view = new DataView(request.buffer);
      const key = view.getUint16(4);
      if (isFirst) firstKeys.push(key);
      isFirst = false;
      const body = answer(key, view.getUint16(6), advertised());
      if (body === null) continue;
      await writeAll(conn, vector(4, wire(request.subarray(8, 12), body)));
    }
  });
  return { ...broker, firstKeys };
}

async function* requests(conn: Deno.Conn): AsyncGenerator<Uint8Array> {
  let bytes = new Uint8Array();
  const buffer = new Uint8Array(65536);
  for (;;) {
    const count = await conn.read(buffer);
    if (count === null) return;
    bytes = Uint8Array.from(wire(bytes, buffer.subarray(0, count)));
    while (bytes.length >= HEADER_BYTES) {
      const end = 4 + new DataView(bytes.buffer).getUint32(0);
      if (bytes.length < end) break;
      yield bytes.slice(0, end);
      bytes = bytes.slice(end);
    }
  }
}

/** The body of an answer; `null`: there is none. */
function answer(key: number, version: number, port: number): Uint8Array | null {
  if (key === API_VERSIONS) {
    // Of a version that is too new: unsupported version, and those there are.
    const kinds = [[0, 2], [METADATA, 1], [API_VERSIONS, 0]] as const;
    return wire(
      be(version === 0 ? 0 : 35, 2),
      be(kinds.length, 4),
      ...kinds.map(([key, most]) => wire(be(key, 2), be(0, 2), be(most, 2))),
    );
  }
  return key === METADATA && version <= 1 ? metadata(version, port) : null;
}

function metadata(version: number, port: number): Uint8Array {
  const text = (text: string) => vector(2, wire(text));
  const node = be(1, 4);
  const one = be(1, 4);
  const isNew = version > 0;
  return wire(
    ...[one, node, text("127.0.0.2"), be(port, 4)],
    // No rack; the controller.
    ...(isNew ? [be(0xffff, 2), node] : []),
    ...[one, be(0, 2), text(TOPIC), ...(isNew ? [wire(0)] : [])],
    ...[one, be(0, 2), be(0, 4), node, one, node, one, node],
  );
}
