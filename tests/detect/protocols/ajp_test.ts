import { ajp } from "../../../src/detect/protocols/ajp.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { be, hex, vector, wire } from "../../support/wire.ts";

/** A text with its length and NUL. */
function text(value: string): Uint8Array {
  return wire(be(value.length, 2), value, 0);
}

/** A request that is forwarded. */
function forward(path: string, host: string): Uint8Array {
  const body = wire(
    hex("0202"),
    text("HTTP/1.1"),
    text(path),
    text("10.0.0.1"),
    hex("ffff"),
    text(host),
    hex("0050 00 0000 ff"),
  );
  return wire(hex("1234"), vector(2, body));
}

testDetector(ajp, {
  positive: matching({
    "a ping": [hex("1234 0001 0a")],
    "a request": [forward("/app/a", "App.example"), {
      path: "/app/a",
      host: "app.example",
    }],
    "no host, and another packet": [
      wire(forward("/", ""), hex("1234")),
      { path: "/" },
    ],
  }),
  negative: others({
    "another magic": hex("1235"),
    "another type": hex("1234 0001 09"),
    "a long ping": hex("1234 0002 0a"),
    "an unknown method": hex("1234 0064 02 20"),
    "no version": wire(hex("1234 0064 02 02 0008"), "HTTX"),
    "a request that is too short": hex("1234 0004 02"),
    "texts that run past the end": wire(
      hex("1234 000c 02 02 0008"),
      "HTTP/1.1\0",
    ),
  }),
  malformed: [{
    name: "a host that is none",
    bytes: forward("/", "a b"),
    why: "the host holds the byte 0x20",
  }],
});
