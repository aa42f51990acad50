import { isEnvReference, type RawConfiguration, type RawCredentials } from "../../../src/settings/raw";

/** An smtp-config as the editor holds it. Credentials are there only after its dialog was opened. */
export interface SmtpConfigNode extends EditorNode, RawConfiguration {
  name: string;
  /** `has_…` stands for a secret that only the server knows. */
  credentials?: RawCredentials & { [Name in keyof RawCredentials as `has_${Name}`]?: boolean };
}

/** All smtp-config nodes of the editor, deployed or not. */
export function configurations(): SmtpConfigNode[] {
  const found: SmtpConfigNode[] = [];
  RED.nodes.eachConfig((node) => {
    if (isConfiguration(node)) found.push(node);
    return undefined;
  });
  return found;
}

export function isConfiguration(node: EditorNode): node is SmtpConfigNode {
  return node.type === "smtp-config";
}

/** A disabled configuration is no default: the runtime never sees it. Nor is one that only may turn out to be it. */
export function isDefault(node: SmtpConfigNode): boolean {
  return node.isDefault === true && node.d !== true;
}

/** Whether its mails are kept from their recipients, in a word; empty where they are not. A variable stands for itself. */
export function safeModeBadge({ safeMode, _: translate }: SmtpConfigNode): string {
  if (isEnvReference(safeMode)) return `⚠ ${safeMode}`;
  const isOn = safeMode === "redirect" || safeMode === "dry-run";
  return isOn ? `⚠ ${translate(`smtp-config.badge.${safeMode}`)}` : "";
}

/** The configuration that steps without one of their own use. */
export function currentDefault(): SmtpConfigNode | undefined {
  return configurations().find(isDefault);
}

/** Whether an environment variable may make one of the configurations the default. */
export function mayGetDefault(): boolean {
  return configurations().some((node) => isEnvReference(node.isDefault) && node.d !== true);
}
