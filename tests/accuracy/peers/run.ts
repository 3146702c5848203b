/** Runs the peers on loopback and asks each about every flow of a corpus. */
import { until } from "../../support/wait.ts";
import { freePorts } from "../../support/free_ports.ts";
import { program, run as runProgram } from "../../support/programs.ts";
import type { Case } from "../corpus.ts";
import { Destinations } from "./destinations.ts";
import { HAPROXY } from "./haproxy.ts";
import { Lane } from "./lane.ts";
import { askNdpi, NDPI_CLAIMS } from "./ndpi.ts";
import { NGINX } from "./nginx.ts";
import { PASSTHRU } from "./passthru.ts";
import type { Claims, Multiplexer, Setup } from "./peer.ts";
import { type Question, questionsOf, type Way } from "./questions.ts";
import { type Asked, type PeerScore, scorePeer, wantedName } from "./score.ts";
import { SNIPROXY } from "./sniproxy.ts";
import { SSLH } from "./sslh.ts";

/** Connections at a time; most of them wait until a peer gives up. */
const LANES = 32;
/** The port of all flows, where nothing is to be told by it. */
const ONE_PORT = 9876;

/** The multiplexers that are asked. */
const MULTIPLEXERS: readonly Multiplexer[] = [
  PASSTHRU,
  SSLH,
  HAPROXY,
  NGINX,
  ...SNIPROXY,
];

/** What a run wants told meanwhile. */
type Say = (text: string) => void;

/** Scores all peers; those that are not installed are left out, and said. */
export async function scorePeers(
  flows: readonly Case[],
  say: Say,
): Promise<PeerScore[]> {
  const questions = flows.filter(({ ambiguous }) => !ambiguous)
    .flatMap(questionsOf);
  const scores: PeerScore[] = [];
  for (const peer of MULTIPLEXERS) {
    if (!isInstalled(peer.program)) say(`${peer.name} is not installed`);
    else scores.push(await scoreMultiplexer(peer, questions, say));
  }
  if (!isInstalled("ndpiReader")) say("nDPI is not installed");
  else scores.push(...await scoreNdpi(questions, say));
  return scores;
}

async function scoreMultiplexer(
  peer: Multiplexer,
  questions: readonly Question[],
  say: Say,
): Promise<PeerScore> {
  const started = performance.now();
  const asked = await askMultiplexer(
    peer,
    questions.filter(({ way }) => isAsked(way, peer.claims)),
  );
  const seconds = Math.round((performance.now() - started) / 1000);
  say(`${peer.name}: ${asked.length} connections in ${seconds} s`);
  const version = await versionOf(peer.program, peer.versionArgs);
  return scorePeer({ name: peer.name, version }, peer.claims, asked);
}

/** Runs a peer and asks it everything. */
export async function askMultiplexer(
  peer: Multiplexer,
  questions: readonly Question[],
  laneCount = LANES,
): Promise<Asked[]> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "passthru-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const destinations = new Destinations();
  const lanes = Array.from(
    { length: laneCount },
    () => stack.use(new Lane(destinations, patienceWith(peer))),
  );
  const ports = freePorts(laneCount);
  await start(stack, peer, {
    folder,
    destinations,
    lanes: lanes.map(({ port: to }, index) => ({ port: ports[index]!, to })),
    snis: namesOf(questions, "TLS"),
    hosts: namesOf(questions, "HTTP1"),
  });
  const left = [...questions.entries()].reverse();
  const asked: Asked[] = [];
  await Promise.all(lanes.map(async (lane, index) => {
    for (let next; (next = left.pop()) !== undefined;) {
      const [at, question] = next;
      const answer = await lane.ask(ports[index]!, question.segments);
      asked[at] = { ...question, answer };
    }
  }));
  return asked;
}

/** How long an answer is waited for: the others give one when they give up. */
function patienceWith({ neverGivesUp }: Multiplexer): number {
  return neverGivesUp ? 2_000 : 10_000;
}

/** Whether a peer claims anything that a way of sending is about. */
function isAsked(way: Way, { protocols, sni, host }: Claims): boolean {
  if (way.startsWith("hello")) return sni || protocols.includes("TLS");
  if (way.startsWith("head")) return host || protocols.includes("HTTP");
  return true;
}

/** Starts the processes of a peer and waits until it listens everywhere. */
async function start(
  stack: AsyncDisposableStack,
  peer: Multiplexer,
  setup: Setup,
): Promise<void> {
  const { files, commands } = peer.run(setup);
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${setup.folder}/${name}`, text);
  }
  for (const [name, ...args] of commands) {
    const child = new Deno.Command(program(name!), {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "null",
      env: { NO_COLOR: "1" },
    }).spawn();
    stack.defer(async () => {
      child.kill("SIGKILL");
      await child.status;
    });
  }
  for (const { port } of setup.lanes) {
    await until(`${peer.name} on port ${port}`, async () => {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port })
        .catch(() => null);
      return conn === null ? null : true;
    });
  }
}

/** The names that flows of a protocol ask for, as far as configs can have them. */
function namesOf(questions: readonly Question[], protocol: string): string[] {
  const names = questions.filter(({ flow }) =>
    flow.expect.protocol === protocol
  ).map(({ flow }) => wantedName(flow));
  return [...new Set(names)].filter((name) => name !== null).sort();
}

async function scoreNdpi(
  questions: readonly Question[],
  say: Say,
): Promise<PeerScore[]> {
  const version = await versionOf("ndpiReader", ["-h"]);
  const ask = async (portOf: (flow: Case) => number) => {
    const answers = await askNdpi(
      questions.map(({ segments }) => segments),
      (index) => portOf(questions[index]!.flow),
    );
    return questions.map((question, index) => ({
      ...question,
      answer: answers[index]!,
    }));
  };
  const told = await ask(({ server_port: port }) => port ?? ONE_PORT);
  const untold = await ask(() => ONE_PORT);
  say(`nDPI: ${told.length + untold.length} connections`);
  const claims = withinReach(NDPI_CLAIMS, told);
  return [
    scorePeer({ name: "nDPI, told the port", version }, claims, told),
    scorePeer({ name: "nDPI, one port", version }, claims, untold),
  ];
}

/** Without what nDPI names in no flow: for that, it needs the server's answer. */
function withinReach(claims: Claims, asked: readonly Asked[]): Claims {
  const all = scorePeer({ name: "", version: "" }, claims, asked).recall;
  const protocols = claims.protocols.filter((name) =>
    all[name] === undefined || all[name].part > 0
  );
  return { ...claims, protocols };
}

function isInstalled(name: string): boolean {
  try {
    return program(name) !== "";
  } catch {
    return false;
  }
}

/** The first number with dots that a program says of itself. */
async function versionOf(
  name: string,
  args: readonly string[],
): Promise<string> {
  const { text, stderr } = await runProgram(name, args);
  const [version] = /\d+\.\d+[\w.+-]*/.exec(text + stderr) ?? ["unknown"];
  return version;
}
