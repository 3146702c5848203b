/**
 * Beanstalkd, by the first command.
 *
 * `maxBytes` 224: a line, as servers take it.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { lineDetect, type LineForms } from "./line_command.ts";
import { nameWord } from "./text_facts.ts";

/** A tube's name (beanstalkd, `protocol.txt`, "Tubes"). */
const TUBE = /^ (?<tube>[\w+/;.$()][\w+/;.$()-]{0,199})$/;
const NOTHING = /^$/;
const ID = /^ \d{1,20}$/;

const FORMS: LineForms = {
  maxBytes: 224,
  bareLf: "never",
  commands: {
    put: [/^ \d{1,10} \d{1,10} \d{1,10} \d{1,10}$/],
    use: [TUBE],
    watch: [TUBE, /^ (?<tube>[\w+/;.$()][\w+/;.$()-]{0,199}) \d{1,10}$/],
    ignore: [TUBE],
    reserve: [NOTHING],
    "reserve-with-timeout": [/^ \d{1,10}$/],
    "reserve-job": [ID],
    "list-tubes": [NOTHING],
    "list-tube-used": [NOTHING],
    "list-tubes-watched": [NOTHING],
    "stats-tube": [TUBE],
    "stats-job": [ID],
    "peek-ready": [NOTHING],
    "peek-delayed": [NOTHING],
    "peek-buried": [NOTHING],
    "pause-tube": [/^ (?<tube>[\w+/;.$()][\w+/;.$()-]{0,199}) \d{1,10}$/],
  },
};

/** Recognises a client of beanstalkd. */
export const beanstalk: Detector = {
  name: "BEANSTALK",
  summary: "Beanstalkd (work queue), by the first command",
  maxBytes: FORMS.maxBytes,
  rules: { TUBE: nameWord("tube", "mail") },
  docs: {
    firstBytes:
      "`use`, `watch`, `put`, `reserve`, `list-tubes` and the like in small letters, with their arguments, CRLF",
    facts: {
      tube: "the tube that the first command names; absent if it names none",
    },
    source: [
      {
        text: "beanstalkd, `doc/protocol.txt`",
        url:
          "https://github.com/beanstalkd/beanstalkd/blob/master/doc/protocol.txt",
      },
    ],
    stance: [
      "Strict: the whole line with its CRLF. `stats` and `quit` are not matched, because memcached has them, too; `delete`, `touch` and others act on a job and are never first.",
    ],
  },
  detect: lineDetect(FORMS),
};
