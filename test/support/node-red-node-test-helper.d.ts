/** The package ships no types; `flow.ts` is the only file that uses it. */
declare module "node-red-node-test-helper" {
  interface TestNode {
    on(event: string, listener: (...args: never[]) => void): void;
    receive(msg: Record<string, unknown>): void;
    context(): Record<"flow" | "global", { set(key: string, value: unknown): void }>;
  }
  interface TestHelper {
    init(runtime: string): void;
    settings(settings: Record<string, unknown>): unknown;
    startServer(done: () => void): void;
    stopServer(done: () => void): void;
    load(nodes: unknown[], flow: unknown[], credentials: unknown): Promise<void>;
    setFlows(flow: unknown[], type: "full" | "nodes" | "flows"): Promise<void>;
    unload(): Promise<void>;
    getNode(id: string): TestNode;
    log(): { args: [{ level: number; msg: unknown }][] };
    request(): {
      get(path: string): Promise<unknown>;
      post(path: string): { send(body: unknown): Promise<{ status: number; body: unknown }> };
    };
    /** Node-RED's admin API, and what it runs on; not promised, but there is no other way to them. */
    _httpAdmin: import("node:http").RequestListener;
    _RED: {
      hooks: { add(name: string, run: (event: { node: { id: string }; error?: unknown }) => void): void };
    };
  }
  const helper: TestHelper;
  export = helper;
}
