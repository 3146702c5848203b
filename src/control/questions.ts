/**
 * What the control plane asks data planes about single connections.
 *
 * @module
 */
import type { KeptConnection } from "../observe/connection_book.ts";
import type {
  ConnectionList,
  ConnectionQuery,
} from "../observe/connection_view.ts";

/** A question to a data plane, told apart by `kind`. */
export type Question =
  /** Which connections fit? */
  | { readonly kind: "find"; readonly query: ConnectionQuery }
  /** What is known of this one? */
  | { readonly kind: "show"; readonly id: number }
  /** Close this one. */
  | { readonly kind: "close"; readonly id: number };

/** A question of one kind. */
export type QuestionOf<K extends Question["kind"]> = Extract<
  Question,
  { readonly kind: K }
>;

/** The answers, by the question's kind. */
export interface Answers {
  readonly find: ConnectionList;
  /** `null`: there is no such connection here. */
  readonly show: KeptConnection | null;
  /** Whether it was open here. */
  readonly close: boolean;
}

/** An answer to a question of some kind. */
export type Answer = Answers[Question["kind"]];
