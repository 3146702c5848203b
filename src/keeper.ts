/**
 * The worker that holds the listening sockets, so that they outlive a crash.
 *
 * @module
 */
import { keepSockets } from "./control/keeper_side.ts";

keepSockets();
