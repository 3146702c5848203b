/** The detectors of less common protocols against what their clients send. */
import { assertEquals } from "@std/assert";
import { type Found, identifyClient } from "../support/identify_client.ts";
import { programTest, run } from "../support/programs.ts";

clientTest("FASTCGI", "env", {
  needs: ["cgi-fcgi"],
  args: [
    "HTTP_HOST=App.example:8080",
    "SCRIPT_FILENAME=/srv/app/index.php",
    "REQUEST_METHOD=GET",
    "cgi-fcgi",
    "-bind",
    "-connect",
    "127.0.0.1:PORT",
  ],
  facts: { host: "app.example", script: "/srv/app/index.php" },
});

clientTest("NUT", "upsc", {
  // It asks for TLS first, and names the UPS behind the reply.
  args: ["rack@127.0.0.1:PORT"],
  facts: {},
});

clientTest("FIREBIRD", "isql-fb", {
  args: ["-quiet", "127.0.0.1/PORT:/srv/shop.fdb"],
  facts: { database: "/srv/shop.fdb" },
});

clientTest("GEARMAN", "gearman", {
  args: ["-h", "127.0.0.1", "-p", "PORT", "-f", "resize", "-t", "2000", "a"],
  facts: { function: "resize" },
});

pythonTest("ZOOKEEPER", "kazoo", {
  code: `
from kazoo.client import KazooClient
from kazoo.retry import KazooRetry
client = KazooClient("127.0.0.1:PORT", connection_retry=KazooRetry(max_tries=0))
try: client.start(timeout=2)
except Exception: pass
`,
  facts: {},
});

pythonTest("ZMTP", "zmq", {
  code: `
import zmq
context = zmq.Context()
socket = context.socket(zmq.DEALER)
socket.setsockopt(zmq.LINGER, 0)
socket.setsockopt(zmq.RECONNECT_IVL, -1)
socket.connect("tcp://127.0.0.1:PORT")
socket.poll(1000)
`,
  facts: {},
});

for (const form of ["TBinaryProtocol", "TCompactProtocol"]) {
  for (const transport of ["TBufferedTransport", "TFramedTransport"]) {
    pythonTest("THRIFT", "thrift", {
      what: `${form} over ${transport}`,
      code: `
from thrift.transport import TSocket, TTransport
from thrift.protocol import ${form}
from thrift.Thrift import TMessageType
transport = TTransport.${transport}(TSocket.TSocket("127.0.0.1", PORT))
transport.open()
protocol = ${form}.${form}(transport)
protocol.writeMessageBegin("Calculator:add", TMessageType.CALL, 300)
protocol.writeStructBegin("add")
protocol.writeFieldStop()
protocol.writeStructEnd()
protocol.writeMessageEnd()
transport.flush()
`,
      facts: { method: "Calculator:add" },
    });
  }
}

pythonTest("STOMP", "stomp", {
  code: `
import stomp
client = stomp.Connection12([("127.0.0.1", PORT)], vhost="/orders",
    reconnect_attempts_max=1, timeout=2)
try: client.connect("alice", "secret", wait=False)
except Exception: pass
`,
  facts: { vhost: "/orders", user: "alice" },
});

/** What a client of Python runs, and what is to be learnt from it. */
interface PythonClient {
  readonly code: string;
  readonly facts: Found["facts"];
  readonly what?: string;
}

/** Tests a client that is a module of Debian's Python. */
function pythonTest(name: string, module: string, client: PythonClient): void {
  const { code, facts, what } = client;
  clientTest(name, `python3:${module}`, {
    what: `python3-${module}${what === undefined ? "" : `, ${what}`}`,
    args: ["-c", code],
    facts,
  });
}

/** How a client is called, and what is to be learnt from it. */
interface Client {
  readonly args: readonly string[];
  readonly facts: Found["facts"];
  /** What must be there beside the program. */
  readonly needs?: readonly string[];
  /** For people; default: the program. */
  readonly what?: string;
}

/** Tests what a client sends; `PORT` in its arguments is that of the listener. */
function clientTest(name: string, program: string, client: Client): void {
  const { args, facts, needs = [], what = needs[0] ?? program } = client;
  programTest(
    [program, ...needs],
    `BUILTINS find ${name} by ${what}`,
    async () => {
      const found = await identifyClient(async (port) => {
        await run(program, args.map((arg) => arg.replace("PORT", `${port}`)));
      });
      assertEquals(found, { name, facts });
    },
  );
}
