/** One address with the name that is shown for it; `name` is empty where there is none. */
export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

export type Priority = "high" | "normal" | "low";
