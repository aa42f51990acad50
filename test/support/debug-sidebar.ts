import WebSocket from "ws";
import { createSignal } from "./signal";

/** What the editor's debug sidebar would show. */
export interface DebugSidebar {
  /** What a debug node shows next, by its name; each message once. Rejects after 20 s. */
  next(name: string): Promise<Record<string, unknown>>;
  close(): void;
}

/** Listens to the debug nodes of a Node-RED without users; `url` ends with a slash. */
export async function openDebugSidebar(url: string): Promise<DebugSidebar> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}comms`);
  const shown: { name: string; value: Record<string, unknown> }[] = [];
  const changed = createSignal();
  let isOpen = false;
  socket.on("open", () => {
    socket.send(JSON.stringify({ subscribe: "debug" }));
    isOpen = true;
    changed.emit();
  });
  socket.on("message", (text) => {
    const news = [JSON.parse(String(text))].flat() as { topic: string; data: { name?: string; msg?: string } }[];
    for (const { topic, data } of news) {
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
    close: () => socket.terminate(),
  };
}
