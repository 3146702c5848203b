/**
 * Starting the worker of a data plane.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import { netScopes, socketScopes } from "../config/scopes.ts";
import { builtinModule } from "../detect/builtin_modules.ts";
import { type DetectorModule, moduleEntry } from "../modules/module_entry.ts";
import {
  type NarrowedOptions,
  narrowedTo,
  workerNet,
} from "./worker_permissions.ts";

/** What a worker loads and what it may do: all that makes it what it is. */
export interface WorkerSpec {
  readonly entry: string;
  readonly narrowed: NarrowedOptions;
}

/**
 * The worker that a Plan wants.
 *
 * @param module The worker's module, as {@linkcode moduleEntry} takes it.
 */
export function workerSpec(module: URL, plan: Plan): WorkerSpec {
  const builtins = builtinsOf(plan);
  return {
    entry: moduleEntry(module, plan.modules, { builtins }).href,
    narrowed: narrowedTo(workerNet(netScopes(plan)), socketScopes(plan)),
  };
}

/**
 * Whether a worker of one kind will do where another one is wanted: it loads the
 * same modules and may reach all that the other one may.
 */
export function fits(spec: WorkerSpec, wanted: WorkerSpec): boolean {
  const { net, ...rest } = spec.narrowed.deno.permissions;
  const { net: wantedNet, ...wantedRest } = wanted.narrowed.deno.permissions;
  const reaches = Array.isArray(net) && Array.isArray(wantedNet)
    ? wantedNet.every((scope) => net.includes(scope))
    : net === wantedNet;
  return reaches && spec.entry === wanted.entry &&
    JSON.stringify(rest) === JSON.stringify(wantedRest);
}

/** Starts a worker; it says when its modules are loaded. */
export function startWorker({ entry, narrowed }: WorkerSpec): Worker {
  return new Worker(entry, { type: "module", name: "passthru", ...narrowed });
}

/** The modules of the built-in detectors that a Plan names. */
function builtinsOf({ listeners, detectors, modules }: Plan): DetectorModule[] {
  const own = new Set([...detectors, ...modules].map(({ name }) => name));
  const names = listeners.flatMap(({ protocols }) =>
    protocols.map(({ protocol }) => protocol)
  );
  return [...new Set(names)].flatMap((name) => {
    const url = own.has(name) ? null : builtinModule(name);
    return url === null ? [] : [{ name, url: url.href }];
  });
}
