import { X509Certificate } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EmailDraft, SendResult } from "../../src/mailer";
import { systemClock } from "../../src/model/clock";
import type { ProbeReport } from "../../src/model/probe";
import type { TlsMaterial } from "../../src/settings/generic";
import type { RawConfiguration } from "../../src/settings/raw";
import { FaultRig } from "../faults/post-office-rig";
import { createTestCa, issueCertificate, type KeyAndCertificate, type TestCa } from "../support/certificates";
import { dependencies, settingsFor } from "../support/settings";
import { TestMailer } from "../support/test-mailer";
import { type Account, Dovecot } from "./dovecot";
import type { ArrivedMail } from "./inbox";
import { PolicyServer } from "./policy-server";
import { Postfix } from "./postfix";
import type { ServiceName } from "./postfix-services";

export const ACCOUNT: Account = { username: "orders@example.com", password: "correct-horse-Battery9" };
export const OTHER_ACCOUNT: Account = { username: "billing@example.com", password: "another-Horse8" };
export const TO = "customer@example.org";

/** What a configuration has beside host and port. */
export interface Configured {
  readonly raw?: Partial<RawConfiguration>;
  readonly account?: Account;
  readonly tls?: TlsMaterial;
  readonly dkimKey?: string;
}

/** Postfix, Dovecot and a policy server, and the mailers that a test opened. */
export class MailHouse {
  readonly #opened: { close(graceMs: number): Promise<void> }[] = [];

  private constructor(
    private readonly folder: string,
    readonly postfix: Postfix,
    readonly dovecot: Dovecot,
    readonly policies: PolicyServer,
    readonly ca: TestCa,
    readonly knownClient: KeyAndCertificate,
  ) {}

  static async open(): Promise<MailHouse> {
    if (process.getuid?.() !== 0) throw new Error("Postfix delivers as another user, which only root can have it do.");
    const folder = mkdtempSync(join(tmpdir(), "mail-house-"));
    // Each of its programs gives up being root, and has to get at what is its own.
    chmodSync(folder, 0o755);
    const ca = await createTestCa();
    const certificate = await issueCertificate(ca, { hosts: ["localhost"] });
    const knownClient = await issueCertificate(ca, { hosts: ["node-red.example.com"], clientAuth: true });
    const policies = await PolicyServer.start();
    const postfix = await Postfix.prepare({
      folder,
      certificate,
      clientCa: ca.cert,
      knownClient: new X509Certificate(knownClient.cert).fingerprint256,
      policyPort: policies.port,
    });
    const dovecot = new Dovecot(folder, join(folder, "queue", "private", "auth"), [ACCOUNT, OTHER_ACCOUNT]);
    const house = new MailHouse(folder, postfix, dovecot, policies, ca, knownClient);
    try {
      await Promise.all([postfix.start(), dovecot.start()]);
    } catch (error) {
      await house.close();
      throw error;
    }
    return house;
  }

  mailer(service: ServiceName, configured: Configured = {}): TestMailer {
    const { raw, credentials, tls } = this.#partsOf(configured);
    const settings = settingsFor(this.postfix.port(service), raw, credentials, tls);
    return this.#keep(new TestMailer(settings, { ...dependencies, clock: systemClock }));
  }

  /** A post office on disk whose time goes 200 times as fast. */
  rig(service: ServiceName, configured: Configured = {}): FaultRig {
    const { raw, credentials, tls } = this.#partsOf(configured);
    return this.#keep(new FaultRig(this.postfix.port(service), raw, credentials, undefined, tls));
  }

  #partsOf({ raw = {}, account, tls = {}, dkimKey }: Configured) {
    return {
      raw: { ...(account ? { auth: "password" } : {}), ...raw },
      credentials: { ...account, ...(dkimKey ? { dkimKey } : {}) },
      tls: { ca: this.ca.cert, ...tls },
    };
  }

  #keep<Opened extends { close(graceMs: number): Promise<void> }>(opened: Opened): Opened {
    this.#opened.push(opened);
    return opened;
  }

  /** Sends one mail, and resolves when it is in the mailbox of each recipient that was accepted. */
  async deliver(
    mailer: TestMailer,
    draft: EmailDraft = {},
  ): Promise<{ sent: SendResult; mails: readonly ArrivedMail[] }> {
    const sent = await mailer.send(mailOf(draft));
    const accepted = sent.recipients.filter(({ state }) => state === "accepted");
    return { sent, mails: await this.postfix.inbox.waitFor(sent.messageId, accepted.length) };
  }

  probe(mailer: TestMailer): Promise<ProbeReport> {
    return mailer.probe({ from: ACCOUNT.username, to: TO }, new AbortController().signal);
  }

  /** As the next test expects to find it. */
  async clear(): Promise<void> {
    this.policies.policy = () => "DUNNO";
    await this.closeMailers();
    await Promise.all([this.postfix.start(), this.dovecot.start()]);
  }

  async closeMailers(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((each) => each.close(0)));
  }

  async close(): Promise<void> {
    await this.closeMailers();
    await Promise.all([this.postfix.close(), this.dovecot.stop(), this.policies.close()]);
    // What they started may take a moment longer than they.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}

export const mailOf = (draft: EmailDraft = {}): EmailDraft => ({ to: TO, subject: "x", text: "Hello", ...draft });

let shared: Promise<MailHouse> | undefined;

/** To be called in a suite: its tests are in the one mail house of this process, which is closed after all suites. */
export function useMailHouse(): () => MailHouse {
  let house: MailHouse | undefined;
  before(async () => {
    shared ??= MailHouse.open();
    house = await shared;
  });
  afterEach(function () {
    if (this.currentTest?.state === "failed") console.error(house?.postfix.log.split("\n").slice(-40).join("\n"));
    return house?.clear();
  });
  return () => {
    if (!house) throw new Error("it is opened before the first test");
    return house;
  };
}

after(async () => (await shared?.catch(() => undefined))?.close());
