import { CONFIGURATION_DEFAULTS, CREDENTIAL_NAMES, CREDENTIAL_TYPES } from "../../src/settings/raw";
import { watchDefault } from "./configuration/default-watch";
import { watchLostSecrets } from "./configuration/lost-secrets";
import { askBeforeSidebarDeletes } from "./configuration/sidebar-deletes";
import { valid, validSignIn } from "./configuration/validity";
import { isDefault, type SmtpConfigNode, safeModeBadge } from "./shared/configurations";

/** Made when the first dialog is opened. */
const dialog = (): typeof import("./configuration/dialog") => partLater("./configuration/dialog");

const initial = CONFIGURATION_DEFAULTS;

RED.nodes.registerType<SmtpConfigNode, keyof typeof CONFIGURATION_DEFAULTS>("smtp-config", {
  category: "config",
  icon: "post-box.svg",
  color: "#e8b04b",
  defaults: {
    version: { value: initial.version },
    name: { value: initial.name, validate: valid("name") },
    kind: { value: initial.kind, validate: valid("kind") },
    isDefault: { value: initial.isDefault, validate: valid("isDefault") },
    from: { value: initial.from, validate: valid("from") },
    fromName: { value: initial.fromName, validate: valid("fromName") },
    overrideFrom: { value: initial.overrideFrom, validate: valid("overrideFrom") },
    replyTo: { value: initial.replyTo, validate: valid("replyTo") },
    signature: { value: initial.signature, validate: valid("signature") },
    description: { value: initial.description, validate: valid("description") },
    host: { value: initial.host, validate: valid("host") },
    port: { value: initial.port, validate: valid("port") },
    security: { value: initial.security, validate: valid("security") },
    auth: { value: initial.auth, validate: validSignIn },
    oauthFlow: { value: initial.oauthFlow, validate: valid("oauthFlow") },
    graphAuth: { value: initial.graphAuth, validate: valid("graphAuth") },
    tenantId: { value: initial.tenantId, validate: valid("tenantId") },
    clientId: { value: initial.clientId, validate: valid("clientId") },
    cloud: { value: initial.cloud, validate: valid("cloud") },
    certificate: { value: initial.certificate, validate: valid("certificate") },
    mailbox: { value: initial.mailbox, validate: valid("mailbox") },
    saveToSentItems: { value: initial.saveToSentItems, validate: valid("saveToSentItems") },
    tls: { value: initial.tls, type: "tls-config", required: false },
    connectTimeout: { value: initial.connectTimeout, validate: valid("connectTimeout") },
    timeout: { value: initial.timeout, validate: valid("timeout") },
    strictAddresses: { value: initial.strictAddresses, validate: valid("strictAddresses") },
    maxConnections: { value: initial.maxConnections, validate: valid("maxConnections") },
    perMinute: { value: initial.perMinute, validate: valid("perMinute") },
    safeMode: { value: initial.safeMode, validate: valid("safeMode") },
    redirectTo: { value: initial.redirectTo, validate: valid("redirectTo") },
    allowedDomains: { value: initial.allowedDomains, validate: valid("allowedDomains") },
    attachmentFolders: { value: initial.attachmentFolders, validate: valid("attachmentFolders") },
    attachmentHosts: { value: initial.attachmentHosts, validate: valid("attachmentHosts") },
    outbox: { value: initial.outbox, validate: valid("outbox") },
    giveUpAfter: { value: initial.giveUpAfter, validate: valid("giveUpAfter") },
    onUnconfirmed: { value: initial.onUnconfirmed, validate: valid("onUnconfirmed") },
    maxSize: { value: initial.maxSize, validate: valid("maxSize") },
    attachmentLinks: { value: initial.attachmentLinks, validate: valid("attachmentLinks") },
    maxAttachmentSize: { value: initial.maxAttachmentSize, validate: valid("maxAttachmentSize") },
    linkBaseUrl: { value: initial.linkBaseUrl, validate: valid("linkBaseUrl") },
    linkDays: { value: initial.linkDays, validate: valid("linkDays") },
    keepSent: { value: initial.keepSent, validate: valid("keepSent") },
    keepFailed: { value: initial.keepFailed, validate: valid("keepFailed") },
    dkimDomain: { value: initial.dkimDomain, validate: valid("dkimDomain") },
    dkimSelector: { value: initial.dkimSelector, validate: valid("dkimSelector") },
  },
  credentials: Object.fromEntries(
    CREDENTIAL_NAMES.map((name) => [name, { type: CREDENTIAL_TYPES[name], validate: valid(name) }]),
  ),
  label() {
    const name = this.name || "smtp-config";
    const badges = [isDefault(this) ? `★ ${this._("smtp-config.badge.default")}` : "", safeModeBadge(this)];
    return [name, ...badges].filter((part) => part !== "").join(" ");
  },
  oneditprepare() {
    dialog().prepare(this);
  },
  oneditsave() {
    dialog().leave();
    dialog().keepOnlyDefault(this);
  },
  oneditcancel() {
    dialog().leave();
  },
  oneditdelete() {
    dialog().leave();
    dialog().completeRedo(this);
  },
});

watchDefault();
watchLostSecrets();
askBeforeSidebarDeletes((deleteSelected) => dialog().deleteSelected(deleteSelected));
