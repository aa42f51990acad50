import type { Node, NodeDef } from "node-red";
import type { Mailer } from "../../src/mailer";
import type { Standing } from "../../src/model/standing";
import type { MailSettings } from "../../src/settings/parse";
import type { RawCredentials } from "../../src/settings/raw";
import type { RawSendEmail } from "../../src/settings/send-email-raw";

/** A deployed `smtp-config`. */
export interface SmtpConfigNode extends Node<RawCredentials> {
  readonly isDefault: boolean;
  /** What sends with this configuration. Throws SendError where the configuration is not usable. */
  mailer(): Mailer;
  /** As deployed. Throws SendError where the configuration is not usable. */
  settings(): MailSettings;
  /** Lets what waits go on, also where the configuration is held: these settings have just passed a test. */
  resumeWith(tested: MailSettings): void;
  /** Lets what waits go on where the configuration is held: a person asked. */
  resume(): void;
  /** Whether it sends now, and if not, why. */
  standing(): Standing;
  /** Looks again for what is due. */
  wake(): void;
  /** The steps that use it: Node-RED shows its errors and statuses to their Catch and Status nodes. */
  readonly users: Record<string, Node>;
}

export type SmtpConfigDef = NodeDef & Record<string, unknown>;
export type SendEmailDef = NodeDef & RawSendEmail;

/** Node-RED's own `tls-config` node, as far as it is used. */
export interface TlsConfigNode extends Node {
  readonly valid?: boolean;
  addTLSOptions(options: Record<string, unknown>): Record<string, unknown>;
}
