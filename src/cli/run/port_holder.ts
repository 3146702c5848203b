/**
 * Who has an address that cannot be bound.
 *
 * @module
 */
import { AdminClient } from "../../admin/client.ts";
import { type HostPort, overlaps, parseAddress } from "../../config/address.ts";
import type { AdminPlan } from "../../config/admin_plan.ts";
import { PassthruError } from "../../errors.ts";
import { escapeUnprintable } from "../../observe/log.ts";
import { reachableHost } from "../admin_place.ts";
import { type Process, processOnPort } from "./process_on_port.ts";

/** A failure to bind, with the address. */
const IN_USE = /Cannot listen on "([^"]*)".*: address already in use$/gm;
/** How long the other passthru may take to say who it is, in milliseconds. */
const ASK_MS = 1_000;

/** What is known of this process. */
export interface HolderContext {
  /** What it listens on itself. */
  readonly own: readonly Pick<HostPort, "hostname" | "port">[];
  /** Where another one that serves the same config can be asked. */
  readonly admin: AdminPlan | undefined;
}

/**
 * Says in an error that addresses are in use who has them, as far as that can be
 * known: by asking the admin server of the same config, and by /proc, which Deno
 * lets only be read with all permissions. Other errors stay as they are.
 */
export async function namingHolders(
  error: unknown,
  context: HolderContext,
): Promise<unknown> {
  if (!(error instanceof PassthruError) || error.code !== "bind_failed") {
    return error;
  }
  const { message, code, source, cause } = error;
  const holders = new Map<string, string>();
  for (const [, text] of message.matchAll(IN_USE)) {
    const parsed = parseAddress(text!, "listen");
    const holder = parsed.ok && await holderOf(parsed.address, context);
    if (holder) holders.set(text!, holder);
  }
  if (holders.size === 0) return error;
  const named = message.replaceAll(
    IN_USE,
    (line, text) => line + (holders.get(text) ?? ""),
  );
  return new PassthruError(named, { code, source, cause });
}

async function holderOf(
  address: HostPort,
  { own, admin }: HolderContext,
): Promise<string | null> {
  const { port } = address;
  if (own.some((one) => overlaps({ ...one, text: "" }, address))) {
    return ", by this passthru itself, under another spelling: that takes a restart";
  }
  const process = await processOnPort(port) ??
    await passthruOnPort(port, admin);
  return process && holderText(process);
}

function holderText({ pid, name, isPassthru }: Process): string {
  return isPassthru
    ? `, by another passthru (pid ${pid}): "passthru reload" has it read its config again, SIGTERM ends it`
    : `, by "${escapeUnprintable(name)}" (pid ${pid})`;
}

/** Whether the passthru with this admin server listens on the port. */
async function passthruOnPort(
  port: number,
  admin: AdminPlan | undefined,
): Promise<Process | null> {
  if (admin === undefined || admin.listen.port === 0) return null;
  const host = reachableHost(admin.listen);
  using client = new AdminClient({ host, timeoutMs: ASK_MS });
  try {
    const { pid, listeners } = await client.state({ config: "no" });
    if (pid === Deno.pid) return null;
    const addresses = listeners.map(({ address }) => address);
    const has = [host, ...addresses].some((one) => one.endsWith(`:${port}`));
    return has ? { pid, name: "passthru", isPassthru: true } : null;
  } catch (error) {
    // Whoever listens there does not say who it is.
    if (error instanceof PassthruError) return null;
    throw error;
  }
}
