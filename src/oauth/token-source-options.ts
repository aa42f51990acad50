import type { Clock } from "../model/clock";
import type { SignInServices } from "./services";

export interface TokenSourceOptions {
  /** What the token is for: it decides the scope. */
  readonly purpose: "graph" | "smtp";
  /** The mailbox; Google's service accounts act for it. */
  readonly username: string;
  readonly clock: Clock;
  readonly services: SignInServices;
}
