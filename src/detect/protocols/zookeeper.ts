/**
 * ZooKeeper, by the request for a session or a command of four letters.
 *
 * `maxBytes` 32: up to the length of the password.
 *
 * @module
 */
import { ByteForm } from "../byte_form.ts";
import type { Detector } from "../detector.ts";
import { match, more, NO } from "../detector.ts";
import { NO_WORD, OPEN_WORD, WordList } from "../word_list.ts";

/** Length, version 0, last change, timeout, session, length of the password. */
const FORM = new ByteForm(
  "0000002c-2d 00000000 00-7f.............. 00...... ................ 00000010",
);
const COMMAND_BYTES = 4;
/** Those with which nothing else begins. */
const COMMANDS = new WordList(
  ["ruok", "srvr", "mntr", "isro", "wchs", "wchc", "wchp"],
  { ignoreCase: false },
);
const MATCH = match({});

/** Recognises a ZooKeeper client. */
export const zookeeper: Detector = {
  name: "ZOOKEEPER",
  summary: "ZooKeeper, by the request for a session or a command",
  maxBytes: FORM.length,
  rules: {},
  docs: {
    firstBytes:
      "BE32 length 44, or 45 with the byte that allows servers that only read; BE32 version 0, BE64 last change, BE32 timeout, BE64 session, BE32 16 and the password; or `ruok`, `srvr`, `mntr`, `isro`, `wchs`, `wchc`, `wchp`",
    facts: {},
    source: [
      {
        text: "ZooKeeper, `zookeeper.jute`, ConnectRequest",
        url:
          "https://github.com/apache/zookeeper/blob/master/zookeeper-jute/src/main/resources/zookeeper.jute",
      },
      {
        text: "ZooKeeper administrator's guide, The Four Letter Words",
        url:
          "https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_zkCommands",
      },
    ],
    stance: [
      "Strict: every length is checked. Kafka has its api key and version in place of version 0, and no topics after it.",
      "Four-letter commands that are the start of words of other protocols (`stat`, `conf`, `dump`) are not matched.",
    ],
  },
  detect(view) {
    if (view.length === 0) return more(1);
    if (view[0] === 0) return FORM.check(view) ?? MATCH;
    const end = Math.min(COMMAND_BYTES, view.length);
    const word = COMMANDS.find(view, 0, end);
    if (word === NO_WORD) return NO;
    // A whole word at the end of the view counts as open there.
    return word === OPEN_WORD && end < COMMAND_BYTES
      ? more(view.length + 1)
      : MATCH;
  },
};
