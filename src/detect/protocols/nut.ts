/**
 * NUT (Network UPS Tools), by the first command.
 *
 * `maxBytes` 256: a line, as servers take it.
 *
 * @module
 */
import type { Detector } from "../detector.ts";
import { lineDetect, type LineForms } from "./line_command.ts";

/** Commands that a client opens with, and what may stand behind them. */
const FORMS: LineForms = {
  maxBytes: 256,
  bareLf: "only",
  commands: {
    STARTTLS: [/^$/],
    NETVER: [/^$/],
    PROTVER: [/^$/],
    USERNAME: [/^ [!-~]+$/],
    LIST: [
      /^ UPS$/,
      /^ (?:VAR|RW|CMD|CLIENT) (?<ups>[\w.-]+)$/,
      /^ (?:ENUM|RANGE) (?<ups>[\w.-]+) [\w.-]+$/,
    ],
    GET: [
      /^ (?:NUMLOGINS|UPSDESC) (?<ups>[\w.-]+)$/,
      /^ (?:VAR|TYPE|DESC|CMDDESC) (?<ups>[\w.-]+) [\w.-]+$/,
    ],
  },
};

/** Recognises a client of a UPS server. */
export const nut: Detector = {
  name: "NUT",
  summary: "NUT (Network UPS Tools), by the first command",
  maxBytes: FORMS.maxBytes,
  rules: {},
  docs: {
    firstBytes:
      "`STARTTLS`, `USERNAME`, `LIST UPS`, `LIST VAR`, `GET VAR` and the like with their arguments, LF",
    facts: {
      ups: "the name of the UPS; absent if the command names none",
    },
    source: [
      {
        text: "RFC 9271 §4",
        url: "https://www.rfc-editor.org/rfc/rfc9271#section-4",
      },
    ],
    stance: [
      "Strict: the whole line, which ends with a bare LF; mail and news protocols use CRLF. `VER` and `HELP` are not matched, because other protocols have them, too.",
    ],
  },
  detect: lineDetect(FORMS),
};
