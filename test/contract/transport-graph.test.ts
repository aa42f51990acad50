import { CLIENT_SECRET, FakeTokens, graphTransport } from "../support/graph/graph-rig";
import { startGraph } from "../support/graph/start-graph";
import { type TransportRig, transportContract } from "./transport";

transportContract("GraphTransport", async (): Promise<TransportRig> => {
  const graph = await startGraph();
  const tokens = new FakeTokens();
  const token = (await tokens.get()).value.reveal();
  const transport = graphTransport(graph.url, { tokens });
  const sends = () => graph.requests.filter(({ path, bytes }) => path.endsWith("/sendMail") && bytes > 0);
  let gone: Promise<void> | undefined;
  const goAway = (): Promise<void> => {
    gone ??= graph.close();
    return gone;
  };
  return {
    transport,
    secrets: [token, CLIENT_SECRET],
    taken: () => graph.mails.map(({ messageId, to, cc, bcc }) => ({ messageId, to: [...to, ...cc, ...bcc] })),
    contentArrived: () => sends().length > 0,
    connectionsNow: () => graph.connectionsNow,
    asked: () => graph.requests.length > 0,
    refuse: () =>
      graph.failNext({ status: 400, code: "ErrorInvalidRecipients", message: `${token} ${CLIENT_SECRET}`, times: 99 }),
    throttle: () => graph.throttle({ every: 1, retryAfterSeconds: 5 }),
    loseAnswers: () => graph.failNext({ on: /sendMail/, cut: "after", times: 99 }),
    fallSilent: () => graph.failNext({ cut: "silence", times: 99 }),
    waitFor: (condition) => graph.waitFor(condition),
    goAway,
    close: async () => {
      await transport.close();
      await goAway();
    },
  };
});
