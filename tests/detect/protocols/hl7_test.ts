import { hl7 } from "../../../src/detect/protocols/hl7.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { wire } from "../../support/wire.ts";

const MESSAGE =
  "\x0bMSH|^~\\&|LAB|HOSPITAL|EHR|WARD7|20260101||ORU^R01|1|P|2.5\rPID|1\r";

testDetector(hl7, {
  positive: matching({
    "a result": [wire(MESSAGE, "\x1c\r"), {
      sender: "LAB",
      receiver: "EHR",
      facility: "WARD7",
      message: "ORU^R01",
    }],
    "a batch of few fields, other separators": [
      wire("\x0bBHS*:~\\&*LAB\r"),
      { sender: "LAB" },
    ],
    "a character of encoding more": [wire("\x0bMSH|^~\\&#|\r")],
  }),
  negative: others({
    "no message": wire("\x0bPID|1\r"),
    "a letter as separator": wire("\x0bMSHx"),
    "too few characters of encoding": wire("\x0bMSH|^|"),
    "too many": wire("\x0bMSH|^~\\&##"),
    "a bare LF": wire("\x0bMSH|^~\\&|\n"),
    "a header that does not end": wire("\x0bMSH|^~\\&|", "a".repeat(2100)),
  }),
});
