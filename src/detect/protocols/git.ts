/**
 * Git's own protocol (`git://`), by the request.
 *
 * `maxBytes` 8192: the longest packet has 8191 bytes (`1fff`).
 *
 * @module
 */
import { readAuthority } from "../authority.ts";
import { ascii, latin1 } from "../byte_reader.ts";
import type { Detector, DetectState, Verdict } from "../detector.ts";
import { malformed, match, more, NO } from "../detector.ts";
import { expectBytes } from "../expect.ts";
import { certain, doubt, type Draft, learn } from "../learnt.ts";
import { hostWord, textWord } from "../rule_grammar.ts";

const LENGTH_BYTES = 4;
const MAX_PACKET_BYTES = 8192;
const START = ascii("git-");
const SERVICES = ["upload-pack ", "receive-pack ", "upload-archive "].map(
  ascii,
);
const SLASH = 0x2f;
const TILDE = 0x7e;
const HOST = "host=";
const BAD_PATH = doubt("the path contains an invalid byte");

/** Recognises a `git://` client. */
export const git: Detector = {
  name: "GIT",
  summary: "Git's own protocol (git://), by the request",
  maxBytes: MAX_PACKET_BYTES,
  rules: {
    HOST: hostWord("host"),
    PATH: textWord("path", {
      pattern: /^[/~][\x21-\x29\x2b-\x7e]*$/,
      expected: 'a path such as "/project.git" or "/team/*"',
    }, { example: "/team/*" }),
  },
  docs: {
    firstBytes:
      "four hexadecimal digits of length, `git-upload-pack`, `git-receive-pack` or `git-upload-archive`, SP, path, `00`, optionally `host=` host `00`, optionally more",
    facts: {
      path: "as sent; it starts with `/`, or with `~` for a user's path",
      host:
        "lower case, without port, final dot and the brackets of IPv6; absent when the client names none",
    },
    source: [
      {
        text: 'gitprotocol-pack(5), "Git Transport"',
        url: "https://git-scm.com/docs/gitprotocol-pack",
      },
    ],
    stance: [
      "Strict: a complete packet of the given length. Git over HTTP or SSH is HTTP, TLS or SSH.",
    ],
  },
  detect(view, state) {
    const length = readLength(view);
    if (length < 0) return NO;
    if (view.length < LENGTH_BYTES) return more(view.length + 1);
    const start = expectBytes(view, LENGTH_BYTES, START);
    if (start !== null) return start;
    const path = findPath(view, LENGTH_BYTES + START.length);
    if (path <= 0) return path < 0 ? NO : more(view.length + 1);
    if (path === view.length) return more(path + 1);
    if (view[path] !== SLASH && view[path] !== TILDE) return NO;
    if (length <= path) return NO;
    if (view.length < length) return more(length);
    return conclude(latin1(view.subarray(path, length)), state);
  },
};

/** The length as far as its digits are there; -1: it is none. */
function readLength(view: Uint8Array): number {
  let length = 0;
  for (let at = 0; at < LENGTH_BYTES && at < view.length; at++) {
    const byte = view[at]!;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    const isLetter = byte >= 0x61 && byte <= 0x66;
    // At most 1fff: the first digit is 0 or 1.
    if (at === 0 ? byte !== 0x30 && byte !== 0x31 : !isDigit && !isLetter) {
      return -1;
    }
    length = length * 16 + (isDigit ? byte - 0x30 : byte - 0x57);
  }
  return length;
}

/** Where the path starts, behind the service; 0: not there yet; -1: nowhere. */
function findPath(view: Uint8Array, at: number): number {
  let open = false;
  for (const service of SERVICES) {
    const found = expectBytes(view, at, service);
    if (found === null) return at + service.length;
    if (found !== NO) open = true;
  }
  return open ? 0 : -1;
}

/** Reads the path and the parameters behind it. */
function conclude(text: string, state: DetectState): Verdict {
  const [path, host] = text.split("\0", 2);
  const facts: Draft = {};
  const sound = !/[^\x20-\x7e\x80-\xff]/.test(path!);
  const why =
    (host?.startsWith(HOST)
      ? learn(facts, "host", readAuthority(host.slice(HOST.length)), state)
      : null) ??
      learn(facts, "path", sound ? certain(path) : BAD_PATH, state);
  return why === null ? match(facts) : malformed(why);
}
