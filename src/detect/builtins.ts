/**
 * The detectors that come with passthru.
 *
 * @module
 */
import type { Detector } from "./detector.ts";
import { http } from "./protocols/http.ts";
import { http2 } from "./protocols/http2.ts";
import { ssh } from "./protocols/ssh.ts";
import { tls } from "./protocols/tls.ts";

/** Every built-in detector, the most common protocol first. */
export const BUILTINS: readonly Detector[] = [tls, http2, http, ssh];
