/**
 * The worker that holds the listening sockets, so that they outlive a crash.
 *
 * @module
 */
import { keepSockets } from "./proxy/keeper_side.ts";

keepSockets();
