import { CONFIGURATION_DEFAULTS, CREDENTIAL_NAMES } from "../../../src/settings/raw";
import { checkField, type Problem } from "../../../src/settings/rules";
import { configurations, isDefault, type SmtpConfigNode } from "../shared/configurations";
import { textOr } from "../shared/wording";
import { labelOf } from "./field-labels";
import { type Field, type Fields, fieldsOf } from "./open-form";

/** The fields in the order in which the dialog shows them. */
export const FORM_FIELDS = [
  "name",
  "isDefault",
  "description",
  "from",
  "fromName",
  "overrideFrom",
  "replyTo",
  "signature",
  "kind",
  "host",
  "security",
  "port",
  "tls",
  "auth",
  "oauthFlow",
  "graphAuth",
  "tenantId",
  "clientId",
  "clientSecret",
  "certificate",
  "certificateKey",
  "serviceAccountKey",
  "refreshToken",
  "username",
  "password",
  "cloud",
  "mailbox",
  "saveToSentItems",
  "outbox",
  "giveUpAfter",
  "onUnconfirmed",
  "maxConnections",
  "perMinute",
  "safeMode",
  "redirectTo",
  "allowedDomains",
  "attachmentFolders",
  "attachmentHosts",
  "attachmentLinks",
  "maxAttachmentSize",
  "linkBaseUrl",
  "linkDays",
  "connectTimeout",
  "timeout",
  "strictAddresses",
  "maxSize",
  "keepSent",
  "keepFailed",
  "dkimDomain",
  "dkimSelector",
  "dkimKey",
] as const satisfies readonly Field[];

/** What is wrong with one field, among the node's other fields and the other configurations. */
export function problemOf(node: SmtpConfigNode, field: Field, fields: Partial<Fields>): Problem | undefined {
  return checkField(field, fields) ?? conflictOf(node, field, fields);
}

function conflictOf(node: SmtpConfigNode, field: Field, fields: Partial<Fields>): Problem | undefined {
  const others = configurations().filter((other) => other.id !== node.id);
  if (field === "name" && others.some((other) => other.name === fields.name)) {
    return { field, rule: "name-taken", message: "is the name of another configuration" };
  }
  // In the open form a second default is no conflict: saving takes the mark from the first.
  if (field === "isDefault" && isDefault(node) && fields.isDefault === true) {
    const rivals = others.filter(isDefault).map((other) => other.name);
    if (rivals.length > 0) {
      const limit = rivals.join(", ");
      return { field, rule: "second-default", message: `is set for ${limit} as well`, limit };
    }
  }
  return undefined;
}

/** The problem in words, for the place below its field. */
export function problemText(translate: Translate, problem: Problem): string {
  return textOr(translate, `smtp-config.rule.${problem.rule}`, problem.message, { limit: problem.limit ?? "" });
}

/** The problem in words with the field's name, for a place away from it. */
export function namedProblem(translate: Translate, problem: Problem, fields: Partial<Fields>): string {
  return `${labelOf(translate, problem.field, fields)}: ${problemText(translate, problem)}`;
}

/** The first problem of the form in the order of the dialog. */
export function firstProblem(node: SmtpConfigNode, fields: Fields): Problem | undefined {
  for (const field of FORM_FIELDS) {
    const problem = problemOf(node, field, fields);
    if (problem) return problem;
  }
  return undefined;
}

function validate(node: SmtpConfigNode, value: unknown, ...names: Field[]): true | string {
  const first = names[0] as Field;
  // A node of an earlier release lacks fields; the runtime fills them like this.
  const missing = (CONFIGURATION_DEFAULTS as Partial<Fields>)[first];
  const fields: Partial<Fields> = Object.assign(fieldsOf(node), { [first]: value ?? missing });
  for (const name of names) {
    const problem = problemOf(node, name, fields);
    if (problem) return namedProblem(node._, problem, fields);
  }
  return true;
}

/** The editor's validator for one field. */
export function valid(field: Field): Validator<SmtpConfigNode> {
  // Node-RED takes a message for "valid" unless the validator declares two parameters.
  return function (value, _opt) {
    return validate(this, value, field);
  };
}

/** Sign-in with its credentials: the editor shows theirs only as a red border, and calls the node valid. */
export const validSignIn: Validator<SmtpConfigNode> = function (value, _opt) {
  return validate(this, value, "auth", ...CREDENTIAL_NAMES);
};
