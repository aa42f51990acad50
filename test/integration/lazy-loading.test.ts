import assert from "node:assert/strict";
import { MAIL_FLOW } from "../../bench/start-cost";
import { startNodeRed } from "../support/node-red";

/** On a signal prints which files of what sends are loaded. */
const LOADED_ON_SIGNAL = `
  _loaded: process.on("SIGUSR2", () => {
    const sending = Object.keys(require.cache).filter((path) => /(nodemailer|msal-node|graph-client|src.mailer).*[.]js$/.test(path));
    console.log("LOADED " + JSON.stringify(sending));
  }) && console.log("PID " + process.pid)`;

describe("A Node-RED that starts with a configuration and steps", () => {
  for (const finishWhen of ["accepted", "queued"]) {
    it(`loads nothing that sends as long as there is no mail: ${finishWhen}`, async () => {
      const flows = MAIL_FLOW.map((node) => (node.type === "send-email" ? { ...node, finishWhen } : node));
      const red = await startNodeRed({ version: 4, settings: LOADED_ON_SIGNAL, flows });
      try {
        process.kill(Number(/PID (\d+)/.exec(red.log())?.[1]), "SIGUSR2");
        await red.waitForLog(/LOADED .*\n/);
        assert.deepEqual(JSON.parse(/LOADED (.*)\n/.exec(red.log())?.[1] ?? ""), []);
        assert.doesNotMatch(red.log(), /missing types|\[error\]/);
      } finally {
        await red.stop();
      }
    });
  }
});
