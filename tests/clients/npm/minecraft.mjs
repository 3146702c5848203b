import { status } from "minecraft-server-util";
import { SAID, stub } from "./stub.mjs";

/** A server that shows its status. */
export function serve() {
  const text = Buffer.from(JSON.stringify({
    version: { name: "1.21.1", protocol: 767 },
    players: { max: 20, online: 0 },
    description: { text: SAID },
  }));
  const answer = [0, ...varint(text.length), ...text];
  return stub((bytes) => {
    // The handshake and the request may come in one piece; the ping is apart.
    const ping = bytes.length === 10 && bytes[1] === 1 ? bytes : null;
    return ping ?? Buffer.from([...varint(answer.length), ...answer]);
  });
}

function varint(value) {
  return value < 128 ? [value] : [value & 127 | 128, ...varint(value >> 7)];
}

export async function call(port) {
  const { motd } = await status("127.0.0.1", port, { enableSRV: false });
  return motd.clean;
}
