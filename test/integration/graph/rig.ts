import type { EmailDraft } from "../../../src/compose/draft";
import type { PreparedEmail } from "../../../src/model/email";
import type { SendReceipt } from "../../../src/model/receipt";
import type { GraphTransport } from "../../../src/transports/graph/graph-transport";
import { graphTransport, type TransportOptions } from "../../support/graph/graph-rig";
import { type Graph, type GraphOptions, startGraph } from "../../support/graph/start-graph";
import { compose } from "../../unit/compose/composing";

/** A Graph and a transport that sends to it. */
export interface GraphBench {
  readonly graph: Graph;
  readonly transport: GraphTransport;
  /** Composes and sends; `only` are the recipients of the envelope, all of them where left out. */
  send(draft?: EmailDraft, only?: readonly string[]): Promise<SendReceipt>;
  sendPrepared(email: PreparedEmail, signal?: AbortSignal, beforeBody?: () => Promise<void>): Promise<SendReceipt>;
  /** Method and last part of the path of every request, oldest first, without ids. */
  steps(): string[];
}

const opened: { close(): Promise<void> }[] = [];

export async function bench(options: GraphOptions & TransportOptions = {}): Promise<GraphBench> {
  const graph = await startGraph(options);
  const transport = graphTransport(graph.url, options);
  opened.push(graph, transport);
  const { signal } = new AbortController();
  const sendPrepared: GraphBench["sendPrepared"] = (email, stop = signal, beforeBody = async () => {}) =>
    transport.send(email, stop, beforeBody);
  return {
    graph,
    transport,
    sendPrepared,
    send: async (draft = {}, only) => {
      const email = await compose(draft);
      return sendPrepared(only ? { ...email, envelope: { ...email.envelope, to: only } } : email);
    },
    steps: () => graph.requests.map(({ method, path }) => `${method} ${stepOf(path)}`),
  };
}

function stepOf(path: string): string {
  if (path.includes("/upload/")) return "range";
  return (
    path
      .replace(/^\/v1\.0\/users\/[^/]+\/?/, "")
      .replace(/AAMk[^/]*\/=/, "*")
      .split("/")
      .at(-1) ?? ""
  );
}

export async function closeAll(): Promise<void> {
  for (const each of opened.splice(0).reverse()) await each.close();
}

export const large = (megabytes: number, filename = "large.bin") => ({
  filename,
  content: Buffer.alloc(megabytes * 1_000_000, filename),
});
