/**
 * Why a connection went where it went, by what was kept of it.
 *
 * @module
 */
import type {
  ConnectionDesk,
  ServedConnection,
} from "../control/connection_desk.ts";
import { BUILTINS } from "../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../detect/datagram_builtins.ts";
import type { DatagramDetector, Detector } from "../detect/detector.ts";
import { listenerContext } from "../explain/context.ts";
import { explainFlow, type Explanation } from "../explain/explain_flow.ts";
import { explanationText } from "../explain/explanation_text.ts";
import type { Flow } from "../explain/flow.ts";
import { toRecord } from "../explain/record.ts";
import type { ConnectionView } from "../observe/connection_view.ts";
import type { KeptOpening } from "../observe/detection.ts";
import type { ConnectionDetail } from "./api.ts";
import { openPlanRegistry } from "./plan_registry.ts";
import { withoutSecrets } from "./without_secrets.ts";

/** Options of {@linkcode describeConnection}. */
export interface DescribeOptions {
  /** The detectors that passthru has. Default: the built-in ones. */
  readonly builtins?: readonly (Detector | DatagramDetector)[];
}

/**
 * Describes a connection. It is explained now and by what makes the decision in
 * the data plane, so that it says what `explain` says of the same bytes.
 *
 * @returns `null` when it is not remembered.
 */
export async function describeConnection(
  desk: Pick<ConnectionDesk, "show">,
  id: number,
  { builtins = [...BUILTINS, ...DATAGRAM_BUILTINS] }: DescribeOptions = {},
): Promise<ConnectionDetail | null> {
  const served = await desk.show(id);
  if (served === null) return null;
  const { view, opening } = served;
  if (opening === null) return { connection: view, explanation: null };
  const explanation = await explainServed(served, opening, builtins);
  const { bytes, verdicts, lost, notes } = toRecord(explanation);
  const text = explanationText(explanation);
  return {
    connection: view,
    explanation: { bytes, verdicts, lost, notes, text },
  };
}

async function explainServed(
  { view, plan }: ServedConnection,
  opening: KeptOpening,
  builtins: readonly (Detector | DatagramDetector)[],
): Promise<Explanation> {
  const flow = flowOf(view, opening);
  try {
    using opened = await openPlanRegistry(plan, builtins);
    const listener = plan.listeners.find(({ address }) =>
      address.text === view.listener
    )!;
    const context = listenerContext(listener, opened.registry);
    const explanation = explainFlow(flow, context);
    const shown = withoutSecrets(explanation, context.listener!);
    return { ...shown, notes: [...shown.notes, ...otherwise(shown, view)] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      flow,
      bytes: opening.bytes.length,
      protocol: view.protocol,
      facts: {},
      verdicts: [],
      decision: null,
      notes: [...flow.notes, `it cannot be explained: ${why}`],
    };
  }
}

function flowOf(view: ConnectionView, { bytes, cut, end }: KeptOpening): Flow {
  const from = ipOf(view.client);
  return {
    id: `connection ${view.id}`,
    transport: isDatagrams(view.listener) ? "udp" : "tcp",
    client: view.client,
    server: view.listener,
    ...(from === null ? {} : { from }),
    acceptedAt: view.accepted_at,
    segments: [bytes],
    end: end === "eof" ? "eof" : "open",
    notes: cut ? [`only the first ${bytes.length} bytes were kept`] : [],
  };
}

/** Whether a listener, as the config spells it, is for datagrams. */
function isDatagrams(listener: string): boolean {
  return listener.endsWith("/udp");
}

/** The address in `192.0.2.1:5` or `[2001:db8::1]:5`; a Unix socket has none. */
function ipOf(client: string): string | null {
  const end = client.lastIndexOf(":");
  return end < 0 ? null : client.slice(0, end).replace(/^\[|\]$/g, "");
}

/** Says so when what was kept leads elsewhere than the connection went. */
function otherwise(
  { protocol, decision }: Explanation,
  view: ConnectionView,
): string[] {
  const rule = decision?.choice?.rule ?? null;
  if (protocol === view.protocol && rule === view.rule) return [];
  const went = `${view.protocol ?? "none"}, rule ${view.rule ?? "none"}`;
  return [
    `the real decision was different, because more was known of the connection: ${went}`,
  ];
}
