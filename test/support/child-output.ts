import type { ChildProcess } from "node:child_process";
import type { Signal } from "./signal";

/** All that a process printed so far, and how it ended; `changed` tells of more. */
export interface ChildOutput {
  text: string;
  exited: boolean;
}

export function outputOf(child: ChildProcess, changed: Signal): ChildOutput {
  const output = { text: "", exited: false };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output.text += text;
      changed.emit();
    });
  }
  const ended = (reason: string) => {
    output.exited = true;
    output.text += reason;
    changed.emit();
  };
  child.on("error", (error) => ended(`${error.message}\n`));
  child.on("exit", (code, signal) => ended(`exit ${code ?? signal}\n`));
  return output;
}
