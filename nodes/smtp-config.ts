import type { NodeAPI } from "node-red";
import type { Mailer } from "../src/mailer";
import { SendError } from "../src/model/send-error";
import type { Standing } from "../src/model/standing";
import { isTrue, type MailSettings, parseSettings } from "../src/settings/parse";
import { CREDENTIAL_TYPES } from "../src/settings/raw";
import type { Problem } from "../src/settings/rules";
import { isSameWay } from "../src/settings/same-way";
import { configurationUnusable } from "../src/settings/unusable";
import { serveCertificate } from "./runtime/certificate-endpoint";
import { ConfigurationStatus } from "./runtime/configuration-status";
import { runningConfigurations } from "./runtime/default-configuration";
import { serveLinks } from "./runtime/link-endpoint";
import { linkProblem, linkServingOf, linkStoreOf } from "./runtime/links";
import { loadMailer } from "./runtime/load-mailer";
import { machine } from "./runtime/machine";
import type { SmtpConfigDef, SmtpConfigNode } from "./runtime/nodes";
import { serveOutbox } from "./runtime/outbox-endpoint";
import { outboxWatchOf } from "./runtime/outbox-watch";
import { mayHaveMail, postOfficeOf } from "./runtime/post-office";
import { serveTest } from "./runtime/test-endpoint";
import { tlsMaterialOf } from "./runtime/tls-material";

/** How long a mail that is being sent may go on when its configuration is redeployed or Node-RED stops. */
const CLOSE_GRACE_MS = 10_000;

export = function register(RED: NodeAPI): void {
  function SmtpConfig(this: SmtpConfigNode, definition: SmtpConfigDef): void {
    RED.nodes.createNode(this, definition);
    let read: MailSettings | SendError | undefined;
    // Not before they are needed: TLS settings that an environment variable names may be made after this node.
    const settingsNow = (): MailSettings | SendError => {
      if (read) return read;
      read = settingsOf(RED, this, definition);
      if (read instanceof SendError) this.warn(read.message);
      return read;
    };
    let mailer: Mailer | undefined;
    const usable = (): MailSettings => {
      const settings = settingsNow();
      if (settings instanceof SendError) throw settings;
      return settings;
    };
    const open = (): Mailer => {
      mailer ??= openMailer(RED, this, usable());
      return mailer;
    };
    const resume = (): void => void mailer?.resume().catch(() => {});
    const resumeWith = (tested: MailSettings): void => {
      const settings = settingsNow();
      // A form that was not deployed says nothing of what is: it might try a wrong password once more.
      if (!(settings instanceof SendError) && isSameWay(settings, tested)) resume();
    };
    const wake = (): void => void mailer?.wake().catch(() => {});
    const standing = (): Standing => {
      const settings = settingsNow();
      if (settings instanceof SendError) return { state: "unusable", error: settings };
      return mailer?.standing ?? { state: "ok" };
    };
    const isDefault = isTrue(definition.isDefault);
    Object.assign(this, { isDefault, mailer: open, settings: usable, resume, resumeWith, standing, wake, users: {} });
    runningConfigurations.add(this);
    // What waits from before is sent without waiting for the next mail.
    const goOn = setImmediate(() => {
      const settings = settingsNow();
      if (!(settings instanceof SendError) && mayHaveMail(RED, settings.outbox)) open();
    });
    // Also where nothing goes as a link any more: what has gone expires all the same.
    const leaveLinks = linkStoreOf(RED)?.use();
    this.on("close", (_removed: boolean, done: () => void) => {
      clearImmediate(goOn);
      runningConfigurations.remove(this);
      leaveLinks?.();
      void (mailer?.close(CLOSE_GRACE_MS) ?? Promise.resolve()).then(done, done);
    });
  }

  RED.nodes.registerType("smtp-config", SmtpConfig as never, {
    credentials: Object.fromEntries(Object.entries(CREDENTIAL_TYPES).map(([name, type]) => [name, { type }])) as never,
  });
  serveTest(RED);
  serveCertificate(RED);
  serveOutbox(RED);
  serveLinks(RED);
};

function openMailer(RED: NodeAPI, node: SmtpConfigNode, settings: MailSettings): Mailer {
  const dependencies = { ...machine, postOffice: postOfficeOf(RED), ...linkServingOf(RED) };
  const status = new ConfigurationStatus(RED, node);
  return new (loadMailer().Mailer)(settings, node.id, dependencies, {
    onHeld: (error) => {
      outboxWatchOf(RED).changed();
      status.held(error);
    },
    onNoStore: (error) => status.noStore(error),
    onNoDisk: () => status.noDisk(),
  });
}

function settingsOf(RED: NodeAPI, node: SmtpConfigNode, definition: SmtpConfigDef): MailSettings | SendError {
  const material = tlsMaterialOf(RED, definition.kind === "graph" ? "" : definition.tls);
  if ("problem" in material) return unusable(node, [material.problem]);
  const parsed = parseSettings(definition, node.credentials, material.tls);
  if ("problems" in parsed) return unusable(node, parsed.problems);
  const unserved = linkProblem(RED, parsed.settings);
  return unserved ? unusable(node, [unserved]) : parsed.settings;
}

function unusable(node: SmtpConfigNode, problems: readonly Problem[]): SendError {
  return configurationUnusable(node.name || node.id, problems);
}
