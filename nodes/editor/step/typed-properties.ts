import { SEND_EMAIL_DEFAULTS, type TypedField } from "../../../src/settings/send-email-raw";
import type { SendEmailNode } from "./step-node";
import { validTyped } from "./validity";

type Properties<Field extends TypedField> = Record<
  Field | `${Field}Type`,
  { value: unknown; validate?: Validator<SendEmailNode> }
>;

/** How Node-RED keeps typed fields: of each its value, which is checked, and what kind of value that is. */
export function typedProperties<Field extends TypedField>(
  fields: readonly Field[],
  validOf: (field: Field) => Validator<SendEmailNode> = validTyped,
): Properties<Field> {
  return Object.fromEntries(
    fields.flatMap((field) => [
      [field, { value: SEND_EMAIL_DEFAULTS[field], validate: validOf(field) }],
      [`${field}Type`, { value: SEND_EMAIL_DEFAULTS[`${field}Type`] }],
    ]),
  ) as Properties<Field>;
}
