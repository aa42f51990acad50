import assert from "node:assert/strict";
import { inspect } from "node:util";
import { type SmtpScript, startScriptedSmtpServer } from "../support/scripted-smtp-server";
import { dependencies, settingsFor } from "../support/settings";
import { TestMailer } from "../support/test-mailer";

const user = "orders@example.com";
const pass = 'corr"ect-hörse\\Battery9';
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const forms = [
  pass,
  base64(pass),
  base64(pass).replace(/=+$/, ""),
  base64(`\0${user}\0${pass}`),
  JSON.stringify(pass).slice(1, -1),
];

/** A server that repeats the password, in every form, in each of its answers. */
const echo = (code: string): string => `${code}-${forms.join(" ")}\n${code} ${forms.join(" ")}`;
const accounts = [{ user, pass }];

const gossips: [title: string, script: SmtpScript][] = [
  ["in a greeting that refuses", { greeting: echo("554") }],
  ["in a greeting that is none", { greeting: forms.join(" ") }],
  [
    "in every answer on the way",
    { accounts, greeting: echo("220"), mail: echo("250"), rcpt: echo("250"), dot: echo("250"), quit: echo("221") },
  ],
  ["in what it can do", { capabilities: ["AUTH PLAIN LOGIN", ...forms], accounts }],
  ["when it refuses EHLO", { ehlo: echo("550"), helo: echo("550") }],
  ["when it refuses the login (AUTH PLAIN)", { accounts, auth: echo("535") }],
  ["when it refuses the login (AUTH LOGIN)", { accounts, capabilities: ["AUTH LOGIN"], auth: echo("535") }],
  ["when it repeats the line that it refuses", { accounts, auth: (line) => `535 5.7.8 not “${line}”` }],
  ["when it accepts the login", { accounts, auth: echo("235"), mail: echo("550") }],
  ["when it refuses the sender", { accounts, mail: echo("553 5.7.1") }],
  ["when it refuses the recipient", { accounts, rcpt: echo("550 5.1.1") }],
  ["when it defers the recipient", { accounts, rcpt: echo("450 4.2.0") }],
  ["when it refuses the content", { accounts, dot: echo("554 5.7.1") }],
  ["when it hangs up", { accounts, mail: { say: echo("421"), close: "drop" } }],
  ["in half an answer", { accounts, dot: { say: `250-${forms.join(" ")}`, close: "drop" } }],
];

function assertNoSecret(what: string, shown: string): void {
  for (const form of forms) assert.ok(!shown.includes(form), `${what} shows “${form}”: ${shown.slice(0, 2000)}`);
}

const everythingOf = (value: unknown): string =>
  inspect(value, { depth: 20, showHidden: true, getters: true, maxStringLength: null });

describe("a server that repeats the password", () => {
  for (const [title, script] of gossips) {
    it(`${title} does not make it known`, async () => {
      const server = await startScriptedSmtpServer(script);
      const settings = settingsFor(server.port, { auth: "password" }, { username: user, password: pass });
      const mailer = new TestMailer(settings, dependencies);
      try {
        const report = await mailer.probe({ from: user, to: "customer@example.org" }, new AbortController().signal);
        const ended = await mailer.send({ to: "customer@example.org", text: "x" }).catch((error: unknown) => error);
        assertNoSecret("the report", JSON.stringify(report));
        assertNoSecret("what sending ended with", JSON.stringify(ended));
        if (ended instanceof Error)
          assertNoSecret("the error", `${ended} ${ended.message} ${ended.stack} ${ended.cause}`);
        for (const value of [report, ended, settings, mailer, { settings, mailer }])
          assertNoSecret("printing", everythingOf(value));
        assertNoSecret("the settings", `${JSON.stringify(settings)} ${settings.login?.password}`);
      } finally {
        await mailer.close(0);
        await server.close();
      }
    });
  }

  it("is understood as before: the answer's code and the words around it stay", async () => {
    const server = await startScriptedSmtpServer({ accounts, auth: `535 5.7.8 ${pass} is wrong` });
    const mailer = new TestMailer(
      settingsFor(server.port, { auth: "password" }, { username: user, password: pass }),
      dependencies,
    );
    try {
      const report = await mailer.probe({ from: user }, new AbortController().signal);
      const { finding } = report.steps.find(({ name }) => name === "auth")!;
      assert.deepEqual([finding?.reason, finding?.response], ["auth-refused", "535 5.7.8 ••• is wrong"]);
      assert.deepEqual(finding?.facts, { response: "535 5.7.8 ••• is wrong" });
      assert.match(JSON.stringify(report.dialogue), /AUTH PLAIN •••/);
    } finally {
      await mailer.close(0);
      await server.close();
    }
  });
});
