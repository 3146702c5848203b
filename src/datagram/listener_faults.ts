/**
 * What is told of a socket for datagrams that cannot be read, and of a datagram
 * that a defect has lost.
 *
 * @module
 */
import { errorCode, errorText } from "../errors.ts";
import { addressText } from "../net/address_text.ts";
import type { FlowContext } from "./flow_context.ts";

/** A datagram led to an exception. */
export function tellLost(
  { shared: { logger }, plan }: FlowContext,
  from: Deno.NetAddr,
  error: unknown,
): void {
  logger.log("error", "datagram lost by an internal error", {
    listener: plan.address.text,
    client: addressText(from),
    error: error instanceof Error ? error.stack : String(error),
  });
}

/** The socket could not be read, and is tried again after a pause. */
export function tellUnread(
  { shared: { observer, logger }, plan }: FlowContext,
  error: unknown,
  retryMs: number,
): void {
  const listener = plan.address.text;
  const code = errorCode(error);
  observer.acceptFailed?.(listener, code);
  logger.log("error", "receive failed", {
    listener,
    code,
    error: errorText(error),
    retry_seconds: retryMs / 1_000,
  });
}
