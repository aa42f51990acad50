import { strict as assert } from "node:assert";
import { randomUUID } from "node:crypto";
import { configurationNode, describeOnEachVersion, detailsOf, loadFlow, redeploy, stepNode } from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";

describeOnEachVersion("the default configuration", () => {
  let first: MailServer;
  let second: MailServer;

  beforeEach(async () => {
    [first, second] = await Promise.all([startMailServer(), startMailServer()]);
  });
  afterEach(() => Promise.all([first.close(), second.close()]));

  const mail = { to: "a@example.com", payload: "x" };

  it("is what a step without a configuration uses", async () => {
    const flow = await loadFlow([
      configurationNode(first.port, { isDefault: false }, "one"),
      configurationNode(second.port, { isDefault: true }, "two"),
      stepNode(),
    ]);
    flow.send(mail);
    assert.equal((await flow.next()).email?.["configuration"], "Config_two");
    assert.deepEqual([first.mails.length, second.mails.length], [0, 1]);
  });

  it("yields to the configuration that a step names", async () => {
    const flow = await loadFlow([
      configurationNode(first.port, { isDefault: false }, "one"),
      configurationNode(second.port, { isDefault: true }, "two"),
      stepNode({ smtpConfig: "one" }),
    ]);
    flow.send(mail);
    assert.equal((await flow.next()).email?.["configuration"], "Config_one");
  });

  it("is followed at the time of the message after a partial deploy that does not rebuild the step", async () => {
    const one = configurationNode(first.port, { isDefault: true }, "one");
    const two = configurationNode(second.port, { isDefault: false }, "two");
    const flow = await loadFlow([one, two, stepNode()]);
    flow.send(mail);
    assert.equal((await flow.next()).email?.["configuration"], "Config_one");
    const after = await redeploy([{ ...one, isDefault: false }, { ...two, isDefault: true }, stepNode()]);
    after.send(mail);
    const msg = await Promise.race([flow.next(), after.next()]);
    assert.equal(msg.email?.["configuration"], "Config_two");
  });

  it("is chosen the same way every time where two are marked, with one warning that names them", async () => {
    // The warning comes once in a process, not once in each version of Node-RED.
    const [alpha, beta] = [randomUUID(), randomUUID()];
    const flow = await loadFlow([
      configurationNode(second.port, { name: "Beta" }, beta),
      configurationNode(first.port, { name: "Alpha" }, alpha),
      stepNode(),
    ]);
    for (let round = 0; round < 2; round++) {
      flow.send(mail);
      assert.equal((await flow.next()).email?.["configuration"], "Alpha");
    }
    const warnings = flow.warnings().filter((warning) => warning.includes("Alpha, Beta"));
    assert.equal(warnings.length, 1);
  });

  it("is missed with a clear error where there is none", async () => {
    const flow = await loadFlow([configurationNode(first.port, { isDefault: false }), stepNode()]);
    flow.send(mail);
    const { error } = await flow.nextError();
    assert.equal(error?.["code"], "ERR_MAIL_NO_DEFAULT");
    assert.match(String(detailsOf(error)["remedy"]), /default/);
  });

  it("is not looked for where a step names a configuration that is gone or disabled", async () => {
    const flow = await loadFlow([configurationNode(first.port), stepNode({ smtpConfig: "gone" })]);
    flow.send(mail);
    const { error } = await flow.nextError();
    assert.equal(error?.["code"], "ERR_MAIL_CONFIG");
    assert.equal(first.connectionsTotal, 0);
  });

  it("reports what is wrong with itself at every message, by field", async () => {
    const flow = await loadFlow([configurationNode(first.port, { host: "smtp://localhost", timeout: 0 }), stepNode()]);
    flow.send(mail);
    const { error } = await flow.nextError();
    assert.equal(error?.["code"], "ERR_MAIL_CONFIG");
    assert.match(String(error?.["message"]), /host must be.*timeout must be/);
  });
});

describeOnEachVersion("a configuration with environment variables", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer({ accounts: [{ user: "env-user", pass: "env-password" }] });
  });
  afterEach(() => server.close());

  it("uses their values in every field, credentials included", async () => {
    Object.assign(process.env, {
      MAIL_HOST: "localhost",
      MAIL_PORT: String(server.port),
      MAIL_USER: "env-user",
      MAIL_PASS: "env-password",
    });
    const configuration = configurationNode(0, { host: "${MAIL_HOST}", port: "${MAIL_PORT}", auth: "password" });
    const flow = await loadFlow([configuration, stepNode()], {
      config: { username: "${MAIL_USER}", password: "${MAIL_PASS}" },
    });
    flow.send({ to: "a@example.com", payload: "x" });
    assert.equal((await flow.next()).email?.["state"], "accepted");
    assert.equal(server.mails[0]?.user, "env-user");
  });

  it("names the variable that is not set, but not the one of a password", async () => {
    const configuration = configurationNode(server.port, { host: "${MAIL_UNSET_HOST}", auth: "password" });
    const flow = await loadFlow([configuration, stepNode()], {
      config: { username: "u", password: "${MAIL_UNSET_PASSWORD}" },
    });
    flow.send({ to: "a@example.com", payload: "x" });
    const { error } = await flow.nextError();
    assert.match(String(error?.["message"]), /MAIL_UNSET_HOST/);
    assert.doesNotMatch(String(error?.["message"]), /MAIL_UNSET_PASSWORD/);
  });
});
