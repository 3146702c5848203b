/** A Redis server that knows PING and little else. */
import { SAID, stub } from "./stub.mjs";

export function redis() {
  return stub((bytes) =>
    commands(bytes.toString("latin1")).map(reply).join("")
  );
}

/** The commands of a piece, each as its words. */
function commands(text) {
  const lines = text.split("\r\n");
  const found = [];
  for (let at = 0; lines[at]?.startsWith("*");) {
    const count = Number(lines[at].slice(1));
    found.push(
      Array.from({ length: count }, (_, index) => lines[at + 2 + 2 * index]),
    );
    at += 1 + 2 * count;
  }
  return found;
}

function reply([name, subcommand]) {
  switch (name.toUpperCase()) {
    case "HELLO":
      return "%1\r\n$5\r\nproto\r\n:3\r\n";
    case "ECHO":
      return `$${SAID.length}\r\n${SAID}\r\n`;
    case "INFO":
      return "$19\r\nredis_version:7.2.0\r\n";
    default:
      return subcommand === undefined ? "+PONG\r\n" : "+OK\r\n";
  }
}
