/** An SQL Server that refuses every user. */
import { be16, SAID } from "./stub.mjs";

const PRELOGIN = 0x12;
const NOT_SUPPORTED = 2;

export function tds(bytes) {
  return packet(bytes[0] === PRELOGIN ? prelogin() : refusal());
}

function prelogin() {
  // Offsets of VERSION and ENCRYPTION, the end of them, then both.
  const options = [0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff];
  return Buffer.from([...options, 16, 0, 0, 0, 0, 0, NOT_SUPPORTED]);
}

function refusal() {
  const said = Buffer.from(SAID, "utf16le");
  const body = Buffer.concat([
    Buffer.from([0x18, 0x48, 0, 0, 1, 14, SAID.length, 0]),
    said,
    Buffer.from([0, 0, 1, 0, 0, 0]),
  ]);
  const done = [0xfd, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  return Buffer.concat([
    Buffer.from([0xaa, body.length & 255, body.length >> 8]),
    body,
    Buffer.from(done),
  ]);
}

function packet(payload) {
  const header = [4, 1, ...be16(payload.length + 8), 0, 0, 1, 0];
  return Buffer.concat([Buffer.from(header), payload]);
}
