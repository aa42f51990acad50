import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { formOf } from "../../scripts/forms.mjs";
import { ERROR_CODES } from "../../src/model/codes";
import { INVITATION_METHODS } from "../../src/model/invitation";
import { PROBE_STEPS } from "../../src/model/probe";
import { PROVIDERS } from "../../src/settings/providers";
import {
  ATTACHMENT_LINKS,
  GRAPH_SIGN_INS,
  OAUTH_FLOWS,
  OUTBOX_KINDS,
  SAFE_MODES,
  UNCONFIRMED_CHOICES,
} from "../../src/settings/raw";
import { FINISH_CHOICES, INVITATION_KINDS } from "../../src/settings/send-email-raw";
import { checkout } from "../support/node-red";

const nodes = join(checkout, "nodes");
const forms: Record<string, string> = { "smtp-config": formOf("smtp-config"), "send-email": formOf("send-email") };
const sources = [
  ...Object.values(forms),
  ...["smtp-config.ts", ...typescriptIn("editor"), ...typescriptIn("runtime")].map(read),
];

const KEPT_FROM = ["redirect", "dry-run"];
const optional = [
  ...["cc", "bcc", "replyTo", "from", "references", "listUnsubscribe", "bounceTo", "invitationLocation"],
  ...["invitationSummary", "invitationAllDay", "invitationMethod", "invitationUid", "invitationSequence"],
];

/** Groups whose last part is only known in the running editor; the rest of a key stands in the sources. */
const computed: Record<string, readonly string[]> = {
  "smtp-config.step": PROBE_STEPS,
  "smtp-config.outcome": ["passed", "warned", "failed", "skipped"],
  "smtp-config.warning": [
    "password-none",
    "password-starttls-if-offered",
    "password-env",
    "safe-env",
    "safe-redirect",
    "safe-redirect-unknown",
    "safe-dry-run",
    "linkBaseUrl-http",
  ],
  "smtp-config.badge": KEPT_FROM,
  "smtp-config.safeMode-hint": SAFE_MODES,
  "smtp-config.attachmentLinks-hint": ATTACHMENT_LINKS,
  "send-email.safe-mode": KEPT_FROM,
  "smtp-config.env": ["to-value", "to-variable", "from", "one-of", "tls", "default", "decides"],
  "smtp-config.provider-note": ["graph", ...PROVIDERS.map(({ id }) => id)],
  "smtp-config.outbox-hint": OUTBOX_KINDS,
  "smtp-config.onUnconfirmed-hint": UNCONFIRMED_CHOICES,
  "smtp-config.oauthFlow-hint": OAUTH_FLOWS,
  "smtp-config.graphAuth-hint": GRAPH_SIGN_INS,
  "send-email.finish-hint": FINISH_CHOICES,
  "send-email.add": optional,
  "send-email.add-hint": optional,
  "send-email.invitation.kind": INVITATION_KINDS,
  "send-email.invitation.kind-hint": INVITATION_KINDS,
  "send-email.invitation.method": INVITATION_METHODS.map((method) => method.toLowerCase()),
  "send-email.invitation.all-day": ["by-start", "yes", "no"],
  "send-email.status.code": ERROR_CODES,
  "send-email.import.column": ["name", "server", "security", "sign-in", "steps"],
};
/** Groups whose texts are asked for by the rest of the key alone, with one for "one" and one for "many". */
const relative = ["send-email.import."];
/** Groups that are looked up by what a field or a rule is called, wherever the word stands. */
const byName = [
  "smtp-config.label",
  "smtp-config.rule",
  "smtp-config.hint",
  "send-email.label",
  "smtp-config.test",
  "smtp-config.duplicate",
  "smtp-config.delete",
  "smtp-config.placeholder",
  "send-email.status",
];

describe("The catalogue", () => {
  for (const type of ["smtp-config", "send-email"]) {
    const keys = flatten(JSON.parse(readFileSync(join(nodes, "locales", "en-US", `${type}.json`), "utf8")));

    it(`of ${type} has every text that its form asks for`, () => {
      const form = forms[type] ?? "";
      const asked = [...form.matchAll(/data-i18n="([^"]+)"/g)].flatMap(([, list = ""]) =>
        list.split(";").map((key) => key.replace(/^\[[^\]]+\]/, "")),
      );
      assert.deepEqual(
        asked.filter((key) => !keys.has(key)),
        [],
      );
    });

    it(`of ${type} has every text that is asked for by a computed key`, () => {
      const asked = Object.entries(computed).flatMap(([group, names]) => names.map((name) => `${group}.${name}`));
      assert.deepEqual(
        asked.filter((key) => key.startsWith(`${type}.`) && !keys.has(key)),
        [],
      );
    });

    it(`of ${type} has every text that is asked for by the rest of its key`, () => {
      const importing = typescriptIn("editor")
        .filter((name) => name.includes("import"))
        .map(read)
        .join("\n");
      const asked = [
        ...importing.matchAll(/words\(\s*"([^"]+)"|words\.counted\(\s*"([^"]+)"|named\("([^"]+)"/g),
      ].flatMap(([, plain, counted, note]) => (counted ? [`${counted}-many`] : [plain ?? note]));
      assert.ok(asked.length > 20);
      const missing = asked.map((key) => `send-email.import.${key}`).filter((key) => !keys.has(key));
      assert.deepEqual(type === "send-email" ? missing : [], []);
    });

    it(`of ${type} has no text that nobody asks for`, () => {
      const all = [
        ...sources,
        ...[
          ...[
            "rules",
            "attachment-rules",
            "link-rules",
            "oauth-rules",
            "dkim-rules",
            "parse-dkim",
            "rule-kit",
            "raw",
          ].map((name) => `settings/${name}`),
          "compose/test-mail",
        ].map((name) => readFileSync(join(checkout, "src", `${name}.ts`), "utf8")),
      ].join("\n");
      const unused = [...keys].filter((key) => {
        const group = key.slice(0, key.lastIndexOf("."));
        const name = key.slice(group.length + 1);
        if (computed[group]?.includes(name)) return false;
        if (byName.includes(group)) return !new RegExp(`\\b${name}\\b`).test(all);
        const inside = relative.find((start) => key.startsWith(start));
        if (inside) return !all.includes(`"${key.slice(inside.length).replace(/-(?:one|many)$/, "")}"`);
        return !all.includes(key);
      });
      assert.deepEqual(unused, []);
    });

    it(`of ${type} comes with a help text that covers every field`, () => {
      const help = readFileSync(join(nodes, "locales", "en-US", `${type}.html`), "utf8").toLowerCase();
      assert.ok(help.includes(`data-help-name="${type}"`));
      const labels = [...(forms[type] ?? "").matchAll(/id="node-(?:config-)?input-(\w+)"/g)]
        .map(([, field = ""]) => field)
        .filter((field) => !field.endsWith("Type"));
      const catalogue = JSON.parse(readFileSync(join(nodes, "locales", "en-US", `${type}.json`), "utf8"))[type].label;
      const wordsOf: Record<string, string> = {
        connectTimeout: "to connect",
        timeout: "silent",
        strictAddresses: "strict addresses",
        overrideFrom: "always use this sender",
        to: "to ",
        accessToken: "accesstoken",
        perMinute: "mails a minute",
      };
      const missing = labels.filter(
        (field) => !help.includes((wordsOf[field] ?? catalogue[field] ?? field).toLowerCase()),
      );
      assert.deepEqual(missing, []);
    });
  }
});

function read(path: string): string {
  return readFileSync(join(nodes, path), "utf8");
}

function typescriptIn(folder: string): string[] {
  return readdirSync(join(nodes, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

function flatten(texts: object, prefix = ""): Set<string> {
  return new Set(
    Object.entries(texts).flatMap(([name, text]) =>
      typeof text === "string" ? [`${prefix}${name}`] : [...flatten(text, `${prefix}${name}.`)],
    ),
  );
}
