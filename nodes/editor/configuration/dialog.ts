import { CONFIGURATION_DEFAULTS } from "../../../src/settings/raw";
import { currentDefault, type SmtpConfigNode } from "../shared/configurations";
import { showDefaultsOfMissing } from "../shared/missing-fields";
import { connectSegments } from "../shared/segments";
import { describeCertificate } from "./certificate-line";
import { explainChoices } from "./choice-hints";
import { connectConnectionFields } from "./connection-fields";
import { startCounters } from "./counters";
import { askBeforeDelete } from "./delete-question";
import { createDuplicatePanel } from "./duplicate-panel";
import { connectEnvironmentFields } from "./environment-fields";
import { createFieldMessages } from "./field-messages";
import { explainLinkAddress } from "./link-address";
import { startLiveChecks } from "./live-checks";
import { closeForm, openForm } from "./open-form";
import { connectProviderPicker } from "./provider-picker";
import { warnOfSafeMode } from "./safe-mode-warning";
import { connectSignInFields } from "./sign-in-fields";
import { createTestPanel, leaveTest } from "./test-panel";
import { connectUploads } from "./uploads";
import { showUsedFields } from "./used-fields";

export { deleteSelected } from "./delete-question";
export { keepOnlyDefault } from "./only-default";
export { completeRedo } from "./undone-delete";

/** Brings the form to life that Node-RED has filled. */
export function prepare(node: SmtpConfigNode): void {
  const form = document.querySelector<HTMLElement>(".po-configuration") as HTMLElement;
  const isNew = !RED.nodes.node(node.id);
  showDefaultsOfMissing("node-config-input", node, CONFIGURATION_DEFAULTS);
  if (isNew && !currentDefault()) $("#node-config-input-isDefault").prop("checked", true);
  openForm(node, form);
  connectEnvironmentFields(node, form);
  connectSegments(form);
  showUsedFields(node, form);
  connectConnectionFields();
  connectProviderPicker(node._);
  connectSignInFields(node, form);
  connectUploads(form, node._);
  describeCertificate(node._);
  explainChoices(node._, ["outbox", "onUnconfirmed", "safeMode", "attachmentLinks", "oauthFlow", "graphAuth"]);
  explainLinkAddress(node._);
  warnOfSafeMode(node._);
  startCounters(form);
  const messages = createFieldMessages(form);
  const checks = startLiveChecks(node, form, messages, isNew);
  createTestPanel(node, form, messages, checks);
  if (!isNew) {
    createDuplicatePanel(node, form);
    askBeforeDelete(node, form);
  }
}

/** However the dialog was left. */
export function leave(): void {
  leaveTest();
  closeForm();
}
