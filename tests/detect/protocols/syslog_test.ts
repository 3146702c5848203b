import { syslog } from "../../../src/detect/protocols/syslog.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { wire } from "../../support/wire.ts";

testDetector(syslog, {
  positive: Object.entries({
    "RFC 5424": "<22>1 2021-04-18T14:51:48+04:00 host app - - - text\n",
    "RFC 3164": "<34>Oct 11 22:14:15 host su: text\n",
    "a router": "<189>29: *Mar  1: %SYS-5-CONFIG_I: text\n",
    "the highest priority": "<191>text\n",
    "the lowest priority": "<0>text\n",
    "a count before it": "51 <13>Oct 11 22:14:15 host su: text",
    "a long count before it": "131072 <13>1 - - - - - -",
  }).map(([name, text]) => ({ name, bytes: wire(text), facts: {} })),
  negative: Object.entries({
    XMPP: "<?xml version='1.0'?>",
    "an XML tag": "<stream:stream",
    "no priority": "<>text",
    "a priority that is too high": "<192>text",
    "a priority of four digits": "<0001",
    "a priority with a zero before it": "<013>text",
    "a priority that does not end": "<13 ",
    "a count of nothing": "0 <",
    "a long count": "1234567",
    "a count without a priority": "51 text",
    "a number": "220 ready\r\n",
    "a port, as rsh sends it": "1022\0",
    text: "text",
  }).map(([name, text]) => ({ name, bytes: wire(text) })),
});
