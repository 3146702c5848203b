import { nut } from "../../../src/detect/protocols/nut.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { wire } from "../../support/wire.ts";

testDetector(nut, {
  positive: matching({
    "a client with TLS": [wire("STARTTLS\n")],
    "upsmon": [wire("USERNAME monuser\nPASSWORD x\n")],
    "upsc -l": [wire("LIST UPS\n")],
    "upsc": [wire("LIST VAR rack-1.a\n"), { ups: "rack-1.a" }],
    "one variable": [wire("GET VAR ups battery.charge\n"), { ups: "ups" }],
    "the values of one": [wire("LIST ENUM ups input.x\n"), { ups: "ups" }],
    "logins": [wire("GET NUMLOGINS ups\n"), { ups: "ups" }],
  }),
  negative: others({
    "STARTTLS of mail": wire("STARTTLS\r\n"),
    "LIST of POP3": wire("LIST\r\n"),
    "LIST of news": wire("LIST ACTIVE\n"),
    "a request": wire("GET / HTTP/1.0\n"),
    "a word that goes on": wire("LISTS"),
    "a long line": wire("USERNAME ", "a".repeat(300)),
    "in small letters": wire("list ups\n"),
  }),
});
