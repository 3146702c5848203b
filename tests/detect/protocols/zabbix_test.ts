import { zabbix } from "../../../src/detect/protocols/zabbix.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { le } from "../../support/little_endian.ts";
import { wire } from "../../support/wire.ts";

testDetector(zabbix, {
  positive: Object.entries({
    "a request": wire("ZBXD", 1, le(10, 4), le(0, 4), "agent.ping"),
    "a compressed request": wire("ZBXD", 3, le(78, 4), le(90, 4), "x\x9c"),
    "a large packet": wire("ZBXD", 5, le(10, 8), le(0, 8), "agent.ping"),
    "a large compressed packet": wire("ZBXD", 7, le(78, 8), le(90, 8)),
  }).map(([name, bytes]) => ({ name, bytes, facts: {} })),
  negative: Object.entries({
    text: wire("ZBX "),
    "no flag": wire("ZBXD", 0),
    "compression alone": wire("ZBXD", 2),
    "an unknown flag": wire("ZBXD", 9),
    "an empty packet": wire("ZBXD", 1, le(0, 4), le(0, 4)),
    "a very long packet": wire("ZBXD", 1, le(2 ** 31, 4), le(0, 4)),
    "a size without compression": wire("ZBXD", 1, le(9, 4), le(90, 4)),
    "compression without a size": wire("ZBXD", 3, le(9, 4), le(0, 4)),
  }).map(([name, bytes]) => ({ name, bytes })),
});
