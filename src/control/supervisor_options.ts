/**
 * What the supervisor is given.
 *
 * @module
 */
import type { Plan } from "../config/plan.ts";
import type { PassthruError } from "../errors.ts";
import type { Logger } from "../observe/log.ts";
import type { DescriptorReserve } from "./descriptor_reserve.ts";
import type { PlaneMaker } from "./plane.ts";
import type { SocketKeeper } from "./socket_keeper.ts";

/** What makes data planes. */
export interface PlaneMakers {
  readonly makePlane: PlaneMaker;
  /** The same for datagrams. Default: Plans have no servers for datagrams. */
  readonly makeDatagramPlane?: PlaneMaker;
}

/** What a supervisor needs. */
export interface SupervisorOptions extends PlaneMakers {
  /** Holds the listening sockets. Default: this thread does. */
  readonly keeper?: SocketKeeper | undefined;
  readonly logger: Logger;
  /** Descriptors that are kept back. Default: none are. */
  readonly reserve?: DescriptorReserve | undefined;
  /** Cores of the machine. */
  readonly cores: number;
  /** Whether connections of a Plan are counted. Default: never. */
  readonly isCounted?: (plan: Plan) => boolean;
  /** Hears that serving cannot go on. */
  readonly onFailure: (error: PassthruError) => void;
  /** Whether connections of a Plan may be asked about. Default: never. */
  readonly isObserved?: (plan: Plan) => boolean;
}
