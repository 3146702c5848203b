/**
 * The data planes of `--isolation none`: in this thread.
 *
 * @module
 */
import { threadDatagramPlanes } from "../control/datagram_thread.ts";
import type { PlaneMakers } from "../control/supervisor_options.ts";
import { threadPlanes } from "../control/thread_planes.ts";
import { BUILTINS } from "../detect/builtins.ts";
import { DATAGRAM_BUILTINS } from "../detect/datagram_builtins.ts";
import { Registry } from "../detect/registry.ts";
import type { Logger } from "../observe/log.ts";

/** What makes data planes in this thread, with the built-in detectors. */
export function planeMakersHere(logger: Logger): PlaneMakers {
  return {
    makePlane: threadPlanes(new Registry(BUILTINS), logger),
    makeDatagramPlane: threadDatagramPlanes(
      new Registry(DATAGRAM_BUILTINS),
      logger,
    ),
  };
}
