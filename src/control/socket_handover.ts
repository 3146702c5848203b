/**
 * When the listening sockets are worth a thread that holds them.
 *
 * @module
 */
import { errorText } from "../errors.ts";
import type { Logger } from "../observe/log.ts";
import type { Anchors } from "./anchors.ts";
import type { DescriptorReserve } from "./descriptor_reserve.ts";
import type { SocketKeeper } from "./socket_keeper.ts";

/** How often it is looked how many clients came, in milliseconds. */
const LOOK_MS = 1_000;
/**
 * So many clients between two looks are worth a keeper: it takes 6 MiB, and
 * saves some 8 us of CPU for each client.
 */
const BUSY = 100;

/** What {@linkcode giveWhenBusy} needs. */
export interface HandoverOptions {
  readonly keeper: SocketKeeper;
  /** The last connection number of the process: one `Int32`. */
  readonly ids: SharedArrayBuffer;
  /** Where the keeper's descriptors come from. Default: none are kept. */
  readonly reserve?: Pick<DescriptorReserve, "claim"> | undefined;
  /** Hears when the keeper cannot be started: the sockets stay where they are. */
  readonly logger: Logger;
}

/**
 * Gives the sockets to a keeper when many clients come; until then they are held
 * here. Stops looking when they are closed.
 */
export function giveWhenBusy(
  anchors: Anchors,
  { keeper, ids, reserve, logger }: HandoverOptions,
): void {
  const last = new Int32Array(ids);
  let before = Atomics.load(last, 0);
  const timer = setInterval(() => {
    const came = (Atomics.load(last, 0) - before) >>> 0;
    before += came;
    if (came >= BUSY) give();
  }, LOOK_MS);
  const stop = () => clearInterval(timer);
  anchors.closed.addEventListener("abort", stop);

  function give(): void {
    let descriptors: Disposable | undefined;
    try {
      descriptors = reserve?.claim(1, anchors.plans.length);
    } catch {
      // There are too few to start it; later, then.
      return;
    }
    stop();
    anchors.giveTo(keeper)
      .catch((error) =>
        logger.log("debug", "the main thread keeps the listening sockets", {
          error: errorText(error),
        })
      )
      .finally(() => descriptors?.[Symbol.dispose]());
  }
}
