import type { RawSendEmail } from "../../../src/settings/send-email-raw";

/** A send-email as the editor holds it. */
export interface SendEmailNode extends EditorNode, RawSendEmail {
  name: string;
}

/** A text that the person writes in the dialog. */
const WRITTEN = "str";
const LOOKED_UP = ["msg", "flow", "global", "env", "jsonata"];

export const TEXT_TYPES: readonly string[] = [WRITTEN, ...LOOKED_UP];
export const ATTACHMENT_TYPES: readonly string[] = [...LOOKED_UP, "json"];
/** A token that is written here would stand in the flow file. */
export const TOKEN_TYPES: readonly string[] = LOOKED_UP;
export const HEADER_TYPES: readonly string[] = ["json", "msg", "flow", "global", "jsonata"];
