import { rcon } from "../../../src/detect/protocols/rcon.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { le } from "../../support/little_endian.ts";
import { hex, wire } from "../../support/wire.ts";

/** A packet. */
function packet(password: string, { id = 1, kind = 3, tail = 0 } = {}) {
  return wire(
    le(10 + password.length, 4),
    le(id, 4),
    le(kind, 4),
    password,
    0,
    tail,
  );
}

testDetector(rcon, {
  positive: matching({
    "a password": [packet("secret")],
    "none, another id": [packet("", { id: 0x7fffffff })],
    "a password in UTF-8, and what follows": [wire(packet("\xc3\xa4"), 10)],
  }),
  negative: others({
    "a command": packet("status", { kind: 2 }),
    "another end": packet("a", { tail: 1 }),
    "a short packet": hex("09000000 01000000 03000000"),
    "a long packet": hex("00010000"),
    "a control byte": packet("a\n"),
    MongoDB: hex("29000000 01000000 00000000 d4070000"),
  }),
});
