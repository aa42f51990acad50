import type { Node, NodeAPI, NodeMessage } from "node-red";
import { SendError } from "../../src/model/send-error";
import { INVITATION_FIELDS, type RawSendEmail, TYPED_FIELDS, type TypedField } from "../../src/settings/send-email-raw";

export type TypedValues = Partial<Record<TypedField, unknown>>;

/** Evaluates every typed field of a step for one message. Rejects with SendError that names the field. */
export async function evaluateFields(
  RED: NodeAPI,
  node: Node,
  definition: RawSendEmail,
  msg: NodeMessage,
): Promise<TypedValues> {
  const fields = TYPED_FIELDS.filter((field) => isUsed(definition, field));
  const values = await Promise.all(fields.map((field) => evaluate(RED, node, definition, field, msg)));
  return Object.fromEntries(fields.map((field, index) => [field, values[index]]));
}

function isUsed(definition: RawSendEmail, field: TypedField): boolean {
  if (field === "text" && definition.bodyType === "html") return false;
  if (field === "html" && definition.bodyType === "text") return false;
  if (field === "configurationName") return definition.chooseByMessage === true;
  if (field === "invitation") return definition.invitationKind === "value";
  if ((INVITATION_FIELDS as readonly TypedField[]).includes(field)) return definition.invitationKind === "fields";
  return true;
}

function evaluate(
  RED: NodeAPI,
  node: Node,
  definition: RawSendEmail,
  field: TypedField,
  msg: NodeMessage,
): Promise<unknown> {
  const value = definition[field] ?? "";
  const type = definition[`${field}Type`] ?? "str";
  // An empty row is no value: an empty text for the body only where it was typed as one.
  if (value === "" && type !== "str") return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      const reason =
        error instanceof Error ? error.message : String((error as { message?: unknown })?.message ?? "unknown error");
      reject(
        new SendError("field-type", {
          phase: "input",
          facts: { field, value: `could not be evaluated: ${reason.slice(0, 200)}` },
        }),
      );
    };
    try {
      RED.util.evaluateNodeProperty(value, type, node, msg, (error, result) => (error ? fail(error) : resolve(result)));
    } catch (error) {
      fail(error);
    }
  });
}
