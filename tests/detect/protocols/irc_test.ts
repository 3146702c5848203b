import { assertEquals } from "@std/assert";
import { irc } from "../../../src/detect/protocols/irc.ts";
import {
  type PositiveSample,
  type Sample,
  testDetector,
} from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

const OPEN = { ended: false };

/** A sample of such text. */
function sample(name: string, text: string): Sample {
  return { name, bytes: wire(text) };
}

/** A sample of such text that matches. */
function found(name: string, text: string): PositiveSample {
  return { ...sample(name, text), facts: {} };
}

const positive: readonly PositiveSample[] = [
  found("capabilities", "CAP LS 302\r\nNICK bob\r\n"),
  found("capabilities without a version", "CAP LS\r\n"),
  found(
    "capabilities asked for",
    "CAP REQ :twitch.tv/tags\r\nPASS oauth:x\r\n",
  ),
  found("a nick, then a user", "NICK bob\r\nUSER bob 0 * :Bob B\r\n"),
  found("a nick behind a colon, bare LF", "NICK :[b]o-b_\n"),
  found("lower case", "pass x\r\nnick bob\r\n"),
  found("a user first", "USER bob +iw bob :Bob\r\nNICK bob\r\n"),
  found("a user without a colon", "USER b 8 * b\r\n"),
  found("a password, then a nick", "PASS secret\r\nNICK bob\r\n"),
  found("a server", "PASS x TS 6 :42X\r\nCAPAB :QS EX\r\nSERVER a 1 :b\r\n"),
  found("a gateway", "WEBIRC pw gw host.example 192.0.2.1\r\nNICK bob\r\n"),
  found("a message", "PRIVMSG bob :\x01DCC SEND a 1 2 3\x01\r\n"),
  found("several spaces", "NICK  bob\r\nUSER  bob 0 *  :Bob\r\n"),
  found("a nick that is not ASCII", "NICK b\xc3\x80\xc3\xa0b\r\n"),
  found("a notice", "NOTICE bob :hello\r\n"),
  found("a channel", "JOIN #chat\r\n"),
  found("a channel with a key, lower case", "join &a,&b x,y\n"),
  found("a server of InspIRCd", "CAPAB START 1205\r\n"),
  found("a server of UnrealIRCd", "PROTOCTL EAUTH=a SID=001\r\n"),
  found("TLS asked for", "STARTTLS\r\n\x16\x03\x01"),
];

const negative: readonly Sample[] = [
  sample("HTTP", "GET / HTTP/1.1\r\n\r\n"),
  sample("a user of FTP", "USER anonymous\r\nPASS a@b\r\n"),
  sample("a user of FTP with a space", "USER a b\r\n"),
  sample("a password of FTP", "PASS secret\r\nSYST\r\n"),
  sample("a password of POP3", "PASS secret\r\nSTAT\r\n"),
  sample("a second password", "PASS a\r\nPASS b\r\n"),
  sample("POP3's capabilities", "CAPA\r\n"),
  sample("another subcommand", "CAP XX\r\n"),
  sample("no subcommand", "CAP\r\n"),
  sample("two nicks", "NICK a b\r\n"),
  sample("no nick", "NICK \r\n"),
  sample("a mask", "NICK a!b@c\r\n"),
  sample("the capabilities of Munin", "cap multigraph\n"),
  sample("a numeric", "353 \n"),
  sample("a word that goes on", "NICKS"),
  sample("letters that never end", "A".repeat(600)),
  sample("a line that never ends", "NICK " + "a".repeat(600)),
  sample("POP3's TLS", "STLS\r\n"),
  sample("a channel without a prefix", "JOIN chat\r\n"),
  sample("a notice without a text", "NOTICE bob\r\n"),
  sample("capabilities of a server without a name", "CAPAB 1\r\n"),
  sample("NUT asking for TLS", "STARTTLS\n"),
  sample("a word behind TLS", "STARTTLS x\r\n"),
];

testDetector(irc, { positive, negative });

Deno.test("IRC: says no at the first byte that rules it out", () => {
  for (const text of ["G", "CAPAX", "NICE", "PASS x\r\nSTO", "USER a\n"]) {
    const bytes = wire(text);
    assertEquals(irc.detect(bytes.subarray(0, -1), OPEN).kind, "more", text);
    assertEquals(irc.detect(bytes, OPEN).kind, "no", text);
  }
});
