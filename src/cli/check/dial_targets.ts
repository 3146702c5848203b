/**
 * Dialling every target of a Plan once.
 *
 * @module
 */
import { pooledMap } from "@std/async/pool";
import { formatHostPort } from "../../config/address.ts";
import type {
  AddressTarget,
  ForwardPlan,
  Plan,
  SendProxy,
} from "../../config/plan.ts";
import { routesOf } from "../../config/routes.ts";
import type {
  SrvTargetPlace,
  UnixTargetPlace,
} from "../../config/target_places.ts";
import { targetKey, targetScopes } from "../../config/targets.ts";
import { Within } from "../../config/within.ts";
import { errorText, PassthruError } from "../../errors.ts";
import { dial, dialUnix } from "../../net/dial.ts";
import { closeQuietly } from "../../net/close_quietly.ts";
import { headerOfAll, openCheck } from "../../upstream/check_opening.ts";
import { askOneOf } from "../../upstream/discovery/dns_client.ts";
import { systemNameServers } from "../../upstream/discovery/name_servers.ts";
import { lookupSrv } from "../../upstream/discovery/srv_lookup.ts";
import { forbiddenBy } from "../../upstream/own_addresses.ts";
import { resolverScopes } from "../discovery_scopes.ts";
import { isEmpty, missingScopes, scopeFlags } from "../permissions.ts";

/** So many targets are dialled at a time. */
const PARALLEL = 16;

/** How dialling a target went. */
export interface DialResult {
  /** The target as the config spells it. */
  readonly target: string;
  /** What came of it, for people. */
  readonly answer: string;
  /** Whether it is as it should be. */
  readonly ok: boolean;
}

/** A target, and how its routes dial it. */
interface TargetToDial {
  readonly target: ForwardPlan["targets"][number];
  /** Longest wait of the first of its routes, in milliseconds. */
  readonly timeoutMs: number;
  /** The PROXY header that it wants; `undefined`: none. */
  readonly sendProxy: SendProxy | undefined;
}

/**
 * Dials each target once, several at a time, as a health check does; the
 * connection is closed at once.
 *
 * @returns The results in the order of the config.
 * @throws {PassthruError} `missing_permissions`.
 */
export async function* dialTargets(
  plan: Plan,
): AsyncGenerator<DialResult> {
  const targets = targetsOf(plan);
  checkPermissions(plan, targets);
  const results = pooledMap(
    PARALLEL,
    targets,
    (target) => dialTarget(target, plan),
  );
  for await (const some of results) yield* some;
}

/** The targets of all routes, each once. */
function targetsOf(plan: Plan): TargetToDial[] {
  const all = plan.listeners.flatMap(routesOf)
    .filter((route) => route.action === "FORWARD")
    .flatMap((route) => route.targets.map((target) => ({ target, route })));
  const byKey = Map.groupBy(all, ({ target }) => targetKey(target));
  return [...byKey.values()].map((same) => ({
    target: same[0]!.target,
    timeoutMs: same[0]!.route.connectTimeoutMs,
    sendProxy: headerOfAll(same.map(({ route }) => route)),
  }));
}

/** @throws {PassthruError} */
function checkPermissions(plan: Plan, targets: readonly TargetToDial[]): void {
  const paths = targets.flatMap(({ target }) =>
    target.kind === "unix" ? [target.path] : []
  );
  const asked = resolverScopes(plan);
  const missing = missingScopes({
    net: [
      ...targets.flatMap(({ target }) =>
        target.kind === "dynamic" ? [] : targetScopes(target)
      ),
      ...asked.net,
    ],
    read: [...paths, ...asked.read],
    write: paths,
  });
  if (isEmpty(missing)) return;
  throw new PassthruError(
    `Missing permissions: to dial the targets, run with ${
      scopeFlags(missing).join(" ")
    } too`,
    { code: "missing_permissions", source: "config" },
  );
}

async function dialTarget(
  to: TargetToDial,
  plan: Plan,
): Promise<DialResult[]> {
  const { target } = to;
  switch (target.kind) {
    case "address":
    case "unix":
      return [await dialOne(target, to)];
    case "dynamic":
      return [{
        target: target.text,
        answer: "not dialled: the client names it",
        ok: true,
      }];
    case "srv":
      return await dialService(target, to, plan);
  }
}

async function dialOne(
  target: AddressTarget | UnixTargetPlace,
  { timeoutMs, sendProxy }: Omit<TargetToDial, "target">,
): Promise<DialResult> {
  const text = target.kind === "unix" ? target.text : target.address.text;
  const controller = new AbortController();
  const start = performance.now();
  try {
    const conn = target.kind === "unix"
      ? await dialUnix(target.path, { controller })
      : await dial(target.address, { timeoutMs, controller });
    await openCheck(conn, sendProxy).finally(() => closeQuietly(conn));
    const ms = Math.max(1, Math.round(performance.now() - start));
    return { target: text, answer: `accepts, after ${ms} ms`, ok: true };
  } catch (error) {
    return { target: text, answer: errorText(error), ok: false };
  }
}

/** Looks a service up, and dials what DNS says it is. */
async function dialService(
  service: SrvTargetPlace,
  to: TargetToDial,
  { listeners, resolver }: Plan,
): Promise<DialResult[]> {
  const fail = (
    answer: string,
  ) => [{ target: service.text, answer, ok: false }];
  try {
    const { targets, refused } = await lookupSrv({
      name: service.name,
      within: new Within(service.within),
      ask: askOneOf(resolver ?? systemNameServers()),
      forbidden: forbiddenBy(listeners),
    }, AbortSignal.timeout(to.timeoutMs));
    if (targets.length + refused.length === 0) {
      return fail("no target in DNS");
    }
    const dialled = await Promise.all(
      targets.map(async ({ hostname, port }) => {
        const text = formatHostPort(hostname, port);
        const address = { text, hostname, port };
        const found = await dialOne({
          kind: "address",
          address,
          weight: 1,
          backup: false,
        }, to);
        return { ...found, target: `${service.text} ${text}` };
      }),
    );
    return [
      ...dialled,
      ...refused.map(({ target, why }) => ({
        target: `${service.text} ${target}`,
        answer: `refused: ${why}`,
        ok: false,
      })),
    ];
  } catch (error) {
    return fail(errorText(error));
  }
}
