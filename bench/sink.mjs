// A mail server in a process of its own, so that its work is not on the sender's event loop.
// It accepts everything, keeps nothing, and tells its parent how much came, or when the next one does.
import { connect, createServer } from "node:net";
import { SMTPServer } from "smtp-server";

process.once("message", ({ tls, account, answersAfterMs }) => {
  let accepted = 0;
  let isNextAwaited = false;
  const server = new SMTPServer({
    ...tls,
    name: "mail.example.com",
    authOptional: account === undefined,
    disabledCommands: [...(tls ? [] : ["STARTTLS"]), ...(account ? [] : ["AUTH"])],
    disableReverseLookup: true,
    logger: false,
    onAuth: ({ username, password }, _session, callback) =>
      username === account.user && password === account.pass
        ? callback(null, { user: username })
        : callback(new Error("wrong login")),
    onData: (stream, _session, callback) => {
      stream.resume().once("end", () => {
        accepted++;
        callback(null, "2.0.0 Ok: queued");
        if (!isNextAwaited) return;
        isNextAwaited = false;
        process.send({ accepted });
      });
    },
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.server.address();
    if (answersAfterMs > 0) distant(port, answersAfterMs, (far) => process.send({ port: far }));
    else process.send({ port });
  });
  process.on("message", (question) => {
    if (question === "next") isNextAwaited = true;
    else process.send({ accepted });
  });
});
process.once("disconnect", () => process.exit());

/** The same server, from which everything comes so much later; what is sent to it arrives at once. */
function distant(port, ms, ready) {
  const line = createServer({ noDelay: true }, (client) => {
    const server = connect({ port, host: "127.0.0.1", noDelay: true });
    client.pipe(server);
    server.on("data", (bytes) => setTimeout(() => client.write(bytes), ms));
    server.on("end", () => setTimeout(() => client.end(), ms));
    client.on("error", () => server.destroy());
    server.on("error", () => client.destroy());
  });
  line.listen(0, "127.0.0.1", () => ready(line.address().port));
}
