import type { EmailDraft } from "../../src/compose/draft";
import {
  INVITATION_FIELDS,
  type InvitationField,
  NOT_OF_THE_MAIL,
  TYPED_FIELDS,
  type TypedField,
} from "../../src/settings/send-email-raw";

/** What of a step's fields becomes a field of the draft by the same name. */
export type DraftField = Exclude<TypedField, InvitationField | (typeof NOT_OF_THE_MAIL)[number]>;

const OTHERS: readonly TypedField[] = [...INVITATION_FIELDS, ...NOT_OF_THE_MAIL];
export const DRAFT_FIELDS = TYPED_FIELDS.filter((field): field is DraftField => !OTHERS.includes(field));

/** Does not compile where a draft has a field that no step fills, or a step one that no draft has. */
type Same<A, B> = [A, B] extends [B, A] ? true : never;
export const draftHasEveryField: Same<DraftField, Exclude<keyof EmailDraft, "includeSignature">> = true;
