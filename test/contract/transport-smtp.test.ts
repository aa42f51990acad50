import { composeTestMail } from "../../src/compose/test-mail";
import { SmtpTransport } from "../../src/transports/smtp/smtp-transport";
import { type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { dependencies, settingsFor } from "../support/settings";
import { type TransportRig, transportContract } from "./transport";

const account = { user: "orders@example.com", pass: "correct-horse-battery" };

transportContract("SmtpTransport", async (): Promise<TransportRig> => {
  const now: SmtpScript = {};
  const script: SmtpScript = {
    accounts: [account],
    ehlo: () => now.ehlo as string | undefined,
    mail: () => now.mail as string | undefined,
    dot: () => now.dot as string | undefined,
  };
  const server = await startScriptedSmtpServer(script);
  const settings = settingsFor(
    server.port,
    { auth: "password", host: "127.0.0.1" },
    { username: account.user, password: account.pass },
  );
  const transport = new SmtpTransport(settings, {
    clock: dependencies.clock,
    composeTestMail: (request) => composeTestMail(settings, request, { id: dependencies.newId(), date: new Date() }),
  });
  let gone: Promise<void> | undefined;
  const goAway = (): Promise<void> => {
    gone ??= server.close();
    return gone;
  };
  return {
    transport,
    secrets: [account.pass, Buffer.from(account.pass).toString("base64")],
    taken: () => server.mails.map(({ to, raw }) => ({ to, messageId: /^Message-ID: (\S+)/m.exec(raw)?.[1] ?? "" })),
    contentArrived: () => server.sessions.some(({ received }) => /^Message-ID:/m.test(received)),
    connectionsNow: () => server.connectionsNow,
    asked: () => server.sessions.some(({ commands }) => commands.length > 0),
    refuse: () => {
      now.mail = `550 5.1.0 Not from you: ${account.pass} ${Buffer.from(account.pass).toString("base64")}`;
    },
    throttle: () => {
      now.mail = "421 4.7.0 Slow down";
    },
    loseAnswers: () => {
      now.dot = "drop";
    },
    fallSilent: () => {
      now.ehlo = "silence";
    },
    waitFor: (condition) => server.waitFor(condition),
    goAway,
    close: async () => {
      await transport.close();
      await goAway();
    },
  };
});
