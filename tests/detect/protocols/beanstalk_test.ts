import { beanstalk } from "../../../src/detect/protocols/beanstalk.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { wire } from "../../support/wire.ts";

testDetector(beanstalk, {
  positive: matching({
    "a producer": [wire("use mail\r\nput 0 0 60 2\r\nhi\r\n"), {
      tube: "mail",
    }],
    "a job at once": [wire("put 1024 0 120 5\r\nhello\r\n")],
    "a worker": [wire("watch mail+a\r\n"), { tube: "mail+a" }],
    "a worker with a weight": [wire("watch mail 5\r\n"), { tube: "mail" }],
    "the tubes": [wire("list-tubes\r\n")],
    "a job waited for": [wire("reserve-with-timeout 5\r\n")],
  }),
  negative: others({
    "stats of memcached": wire("stats\r\n"),
    "a bare LF": wire("use mail\n"),
    "no tube": wire("use \r\n"),
    "a tube that begins with a minus": wire("use -a\r\n"),
    "too few numbers": wire("put 0 0 60\r\n"),
    "a word that goes on": wire("useful\r\n"),
    "a long line": wire("use ", "a".repeat(230)),
    "a sentence": wire("use the force\r\n"),
  }),
});
