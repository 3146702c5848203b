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
    const ping = bytes.length === 10 && bytes[1] === 1 ? bytes : null;
    if (ping !== null) return ping;
    // The request ends one piece with the handshake, or is a piece of its own.
    return bytes.at(-2) === 1 && bytes.at(-1) === 0
      ? Buffer.from([...varint(answer.length), ...answer])
      : null;
  });
}

function varint(value) {
  return value < 128 ? [value] : [value & 127 | 128, ...varint(value >> 7)];
}

export async function call(port) {
  const { motd } = await status("127.0.0.1", port, { enableSRV: false });
  return motd.clean;
}
