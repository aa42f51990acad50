import type { NodeAPI } from "node-red";

/** The tab itself is in the editor, and what it asks is served with smtp-config: here it only gets its name. */
export = function register(RED: NodeAPI): void {
  const { plugins } = RED as unknown as { plugins: { registerPlugin(id: string, definition: object): void } };
  plugins.registerPlugin("post-office-outbox", {});
};
