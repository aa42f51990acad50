import { readdirSync } from "node:fs";
import { join } from "node:path";
import WebSocket from "ws";
import type { RunningNodeRed } from "./node-red";

/** What Node-RED publishes to open editors: statuses and debug messages. */
export function listen({ url }: RunningNodeRed): {
  text(): string;
  until(pattern: RegExp): Promise<void>;
  close(): Promise<void>;
} {
  const socket = new WebSocket(`${url.replace("http", "ws")}comms`);
  const heard: string[] = [];
  const looking = new Set<() => void>();
  socket.onopen = () => {
    for (const topic of ["debug", "status/#"]) socket.send(JSON.stringify({ subscribe: topic }));
  };
  socket.onmessage = ({ data }) => {
    heard.push(String(data));
    for (const look of looking) look();
  };
  return {
    text: () => heard.join("\n"),
    until: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (pattern.test(heard.join("\n"))) resolve();
        };
        looking.add(look);
        look();
      }),
    close: () =>
      new Promise((resolve) => {
        socket.onclose = () => resolve();
        socket.close();
      }),
  };
}

/** Every file below a folder. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}
