/**
 * Syslog over UDP, by the priority of the first message.
 *
 * @module
 */
import { type DatagramDetector, NO } from "../detector.ts";
import { rfc } from "../detector_docs.ts";
import { syslog as syslogOverTcp } from "../protocols/syslog.ts";
import { decideWhole, firstDatagramDetector } from "./first_datagram.ts";

const LESS_THAN = 0x3c;

/** Recognises a sender of syslog messages on UDP. */
export const syslog: DatagramDetector = firstDatagramDetector(
  {
    name: "SYSLOG",
    summary: "Syslog over UDP, by the priority of the first message",
    rules: syslogOverTcp.rules,
    docs: {
      firstBytes: "`<`, priority of 0 to 191, `>` and the message",
      facts: {},
      source: [rfc(5424, "6.2.1"), rfc(3164, "4.1.1"), rfc(5426, "3")],
      stance: ["Strict. A message without a priority is not matched."],
    },
  },
  (datagram, state) =>
    datagram[0] === LESS_THAN
      ? decideWhole(syslogOverTcp, datagram, state)
      : NO,
);
