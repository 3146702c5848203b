import { oncrpc } from "../../../src/detect/protocols/oncrpc.ts";
import { testDetector } from "../../support/detector_checks.ts";
import { matching, others } from "../../support/sample_list.ts";
import { hex } from "../../support/wire.ts";

testDetector(oncrpc, {
  positive: matching({
    "NFS 3, NULL": [
      hex(`80000028 89d3d427 00000000 00000002 000186a3 00000003 00000000
        00000000 00000000 00000000 00000000`),
      { program: "nfs", version: "3" },
    ],
    "the portmapper, with credentials": [
      hex(`80000054 868f9b78 00000000 00000002 000186a0 00000002 00000003
        00000001 0000001c 00000000 00000007`),
      { program: "portmapper", version: "2" },
    ],
    "another program, with TLS": [
      hex(`80000028 00000001 00000000 00000002 20000001 00000001 00000000
        00000007 00000000 00000000 00000000`),
      { program: "536870913", version: "1" },
    ],
  }),
  negative: others({
    "a reply": hex("80000028 89d3d427 00000001"),
    "RPC 3": hex("80000028 89d3d427 00000000 00000003"),
    "a fragment that is not the last": hex("00000028"),
    "a length that does not fit": hex(`80000020 89d3d427 00000000 00000002
      000186a3 00000003 00000000 00000000 00000000`),
    "unknown credentials": hex(`80000028 89d3d427 00000000 00000002
      000186a3 00000003 00000000 00000100 00000000`),
    "long credentials": hex(`80000228 89d3d427 00000000 00000002
      000186a3 00000003 00000000 00000001 000001fc`),
    "Thrift": hex("80010001 00000004 70696e67"),
  }),
});
