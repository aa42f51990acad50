import {
  allowedIds,
  BODY_TYPES,
  FINISH_CHOICES,
  PLACEHOLDER_FIELDS,
  type TypedField,
} from "../../../src/settings/send-email-raw";
import { currentDefault, isConfiguration, mayGetDefault } from "../shared/configurations";
import { looseTag } from "./placeholder-sample";
import type { SendEmailNode } from "./step-node";

let openId: string | undefined;

/** From now on the kinds of value of this step are those chosen in its dialog. */
export function openStep(node: SendEmailNode | undefined): void {
  openId = node?.id;
}

/** Whether this is the step whose dialog is open. */
export function isOpen(node: SendEmailNode): boolean {
  return openId === node.id;
}

/** A configuration that mails can go out through: the chosen one, or else the default. */
export const validConfiguration: Validator<SendEmailNode> = function (value, _opt) {
  return configurationProblem(this._, value) ?? true;
};

/** What is wrong with the choice of a configuration, in words. */
export function configurationProblem(translate: Translate, value: unknown): string | undefined {
  const id = value === "_ADD_" ? "" : String(value ?? "");
  if (id === "") {
    const standard = currentDefault();
    if (!standard) return mayGetDefault() ? undefined : translate("send-email.error.no-default");
    return standard.valid === false
      ? translate("send-email.error.default-invalid", { name: standard.name })
      : undefined;
  }
  // A subflow's property; only the instance knows which configuration it names.
  if (/^\$\{[^}]+\}$/.test(id)) return undefined;
  const chosen = RED.nodes.node(id);
  if (!chosen || !isConfiguration(chosen)) return translate("send-email.error.missing");
  if (chosen.d) return translate("send-email.error.disabled", { name: chosen.name });
  return chosen.valid === false ? translate("send-email.error.invalid", { name: chosen.name }) : undefined;
}

/** What is wrong with the list of configurations that a message may name, in words. */
export function allowedProblem(translate: Translate, ids: readonly string[]): string | undefined {
  return ids.some((id) => RED.nodes.node(id)) ? undefined : translate("send-email.error.allowed-none");
}

export const validAllowed: Validator<SendEmailNode> = function (value, _opt) {
  const chooses = isOpen(this) ? $("#node-input-chooseByMessage").prop("checked") : this.chooseByMessage;
  return (chooses === true && allowedProblem(this._, allowedIds(value))) || true;
};

/** A value that fits its kind: an expression that parses, a property that can be one. */
export function validTyped(field: TypedField): Validator<SendEmailNode> {
  // Node-RED takes a message for "valid" unless the validator declares two parameters.
  return function (value, _opt) {
    // A node of an earlier release lacks fields; the runtime fills them.
    if (value === undefined) return true;
    const type = openId === this.id ? String($(`#node-input-${field}Type`).val()) : this[`${field}Type`];
    if (value === "" && !["msg", "flow", "global", "env"].includes(type)) return true;
    const fills = openId === this.id ? $("#node-input-fillPlaceholders").prop("checked") : this.fillPlaceholders;
    if (type === "str" && fills !== false) return placeholderProblem(this._, field, value) ?? true;
    // A named context store stands before the key, and is no part of the expression.
    const expression = String(value).replace(/^#:\(.+?\)::/, "");
    const result = RED.utils.validateTypedProperty(expression, type, {});
    if (result === true) return true;
    return this._("send-email.error.typed-field", {
      field: this._(`send-email.label.${field}`),
      problem: typeof result === "string" ? result : type,
    });
  };
}

/** What is wrong with the `{{…}}` of a text that is written in this field, in words. */
export function placeholderProblem(translate: Translate, field: TypedField, text: unknown): string | undefined {
  if (!(PLACEHOLDER_FIELDS as readonly TypedField[]).includes(field)) return undefined;
  const tag = looseTag(String(text));
  if (tag === undefined) return undefined;
  return translate("send-email.error.placeholder", { field: translate(`send-email.label.${field}`), tag });
}

export const validBodyType: Validator<SendEmailNode> = function (value, _opt) {
  return (BODY_TYPES as readonly unknown[]).includes(value) ? true : this._("send-email.error.body-type");
};

export const validFinishWhen: Validator<SendEmailNode> = function (value, _opt) {
  const known = value === undefined || (FINISH_CHOICES as readonly unknown[]).includes(value);
  return known ? true : this._("send-email.error.finish-when");
};

/** A week: sent mails, and with them their keys, are not kept for ever; see `Retention`. */
const MOST_DEDUPE_HOURS = 168;

/** What is wrong with the lifetime of a key, in words. */
export function dedupeHoursProblem(translate: Translate, value: unknown): string | undefined {
  const text = String(value ?? "").trim();
  if (/^\$\{[^}]+\}$/.test(text)) return undefined;
  const hours = Number(text);
  const fits = text !== "" && hours > 0 && hours <= MOST_DEDUPE_HOURS;
  return fits ? undefined : translate("send-email.error.dedupe-hours", { limit: MOST_DEDUPE_HOURS });
}

/** Only a key has a lifetime. */
export const validDedupeHours: Validator<SendEmailNode> = function (value, _opt) {
  const key = isOpen(this) ? $("#node-input-dedupeKey").val() : this.dedupeKey;
  if (value === undefined || (key ?? "") === "") return true;
  return dedupeHoursProblem(this._, value) ?? true;
};
