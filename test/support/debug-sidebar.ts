import WebSocket from "ws";
import type { FlowNode } from "./node-red";
import { createSignal } from "./signal";

/** What comes over the editor's websocket. */
interface News {
  topic: string;
  data: { name?: string; msg?: string; revision?: string };
}

/** What the editor's debug sidebar would show. */
export interface DebugSidebar {
  /** What a debug node shows next, by its name; each message once. Rejects after 20 s. */
  next(name: string): Promise<Record<string, unknown>>;
  /** Deploys through the admin API; resolves when the flows have started. */
  deploy(flows: FlowNode[]): Promise<void>;
  close(): void;
}

/** Listens to the debug nodes of a Node-RED without users; `url` ends with a slash. */
export async function openDebugSidebar(url: string): Promise<DebugSidebar> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}comms`);
  const shown: { name: string; value: Record<string, unknown> }[] = [];
  const changed = createSignal();
  let isOpen = false;
  let running: string | undefined;
  socket.on("open", () => {
    socket.send(JSON.stringify({ subscribe: "debug" }));
    isOpen = true;
    changed.emit();
  });
  socket.on("message", (text) => {
    const news = [JSON.parse(String(text))].flat() as News[];
    for (const { topic, data } of news) {
      if (topic === "notification/runtime-deploy") running = data.revision;
      if (topic === "debug") shown.push({ name: data.name ?? "", value: JSON.parse(data.msg ?? "null") });
    }
    changed.emit();
  });
  await changed.waitFor(() => isOpen, 10_000);
  const at = (name: string) => shown.findIndex((one) => one.name === name);
  return {
    async next(name) {
      await changed.waitFor(() => at(name) >= 0, 20_000);
      return shown.splice(at(name), 1)[0]?.value as Record<string, unknown>;
    },
    async deploy(flows) {
      const headers = { "content-type": "application/json", "node-red-api-version": "v2" };
      const answer = await fetch(`${url}flows`, { method: "POST", headers, body: JSON.stringify({ flows }) });
      if (!answer.ok) throw new Error(`POST flows: ${answer.status} ${await answer.text()}`);
      const { rev } = (await answer.json()) as { rev: string };
      await changed.waitFor(() => running === rev, 20_000);
    },
    close: () => socket.terminate(),
  };
}
