/**
 * AJP 1.3 (Tomcat, Jetty, WildFly), by the first packet.
 *
 * `maxBytes` 8192: a packet, as servers have it by default.
 *
 * @module
 */
import { ByteReader } from "../byte_reader.ts";
import { ByteForm } from "../byte_form.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { be16 } from "../expect.ts";
import { certain } from "../learnt.ts";
import { hostWord, textWord } from "../rule_grammar.ts";
import { readHost } from "./client_text.ts";
import { matchLearnt, readName } from "./text_facts.ts";

const MAGIC = new ByteForm("1234 .. .. ..");
const TYPE_AT = 4;
const PING = 0x0a;
const FORWARD = 0x02;
/** The method and `HTTP/`. */
const START = new ByteForm("01-1c 0008 48545450 2f");
const HEADER_BYTES = 4;
const MAX_PACKET_BYTES = 8192;
/** Length of a text that is absent. */
const NULL_TEXT = 0xffff;

/** Recognises a web server that forwards by AJP. */
export const ajp: Detector = {
  name: "AJP",
  summary: "AJP 1.3 (Tomcat, WildFly), by the first packet",
  maxBytes: MAX_PACKET_BYTES,
  rules: {
    HOST: hostWord("host"),
    PATH: textWord("path", {
      pattern: /^\/[\x21-\x29\x2b-\x7e]*$/,
      expected: 'a path such as "/app" or "/app/*"',
    }, { example: "/app/*" }),
  },
  docs: {
    firstBytes:
      "`12 34`, BE16 length; `02` (forward), method, and texts with their BE16 length and `00`: `HTTP/1.1`, path, address, host of the client, host of the server; or `0a` (ping)",
    facts: {
      host:
        "the name of the server that the request is for: lower case, without final dot; absent in a ping",
      path:
        "the path of the request, as the web server forwards it; absent in a ping",
    },
    source: [
      {
        text: "Apache Tomcat Connectors, AJP Protocol Reference",
        url: "https://tomcat.apache.org/connectors-doc/ajp/ajpv13a.html",
      },
    ],
    stance: [
      "Strict: length, method and HTTP version. A connection carries the requests of many clients; rules test only the first one.",
      "A web server that sends a ping first waits for the reply, so it has no host for a rule.",
    ],
  },
  detect(view, state) {
    const magic = MAGIC.check(view);
    if (magic !== null) return magic;
    const length = be16(view, 2);
    if (view[TYPE_AT] === PING) return length === 1 ? match({}) : NO;
    if (view[TYPE_AT] !== FORWARD) return NO;
    const end = HEADER_BYTES + length;
    if (end < TYPE_AT + START.length || end > MAX_PACKET_BYTES) return NO;
    const start = START.check(view, TYPE_AT + 1);
    if (start !== null) return start;
    return view.length < end ? more(end) : readRequest(view, end, state);
  },
};

function readRequest(
  view: Uint8Array,
  end: number,
  state: DetectState,
): Verdict {
  const reader = new ByteReader(view, TYPE_AT + 2, end);
  readText(reader);
  const path = readText(reader);
  readText(reader);
  readText(reader);
  const host = readText(reader);
  if (reader.failed) return NO;
  return matchLearnt([
    ["host", host ? readHost(host) : certain(undefined)],
    ["path", readName("path", path)],
  ], state);
}

function readText(reader: ByteReader): string {
  const length = reader.u16();
  if (length === NULL_TEXT) return "";
  const text = reader.latin1(length);
  reader.skip(1);
  return text;
}
