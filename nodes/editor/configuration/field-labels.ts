import { signInOf } from "../../../src/settings/field-use";
import type { Fields } from "./open-form";

/** What a field is called with the choices of the form: a user name is a mailbox where a token signs in. */
export function labelOf(translate: Translate, field: string, fields: Partial<Fields>): string {
  return translate(`smtp-config.label.${labelKey(field, fields)}`);
}

function labelKey(field: string, fields: Partial<Fields>): string {
  if (field === "username" && isTokenFor(fields)) return "username-mailbox";
  if (field === "clientId" && signInOf(fields) === "google-refresh-token") return "clientId-google";
  if (field === "maxConnections" && fields.kind === "graph") return "maxConnections-graph";
  return field;
}

/** What stands below a field to help filling it; nothing where its label says enough. */
export function hintOf(translate: Translate, field: string, fields: Partial<Fields>): string {
  const key = hintKey(field, fields);
  return key === undefined ? "" : translate(`smtp-config.hint.${key}`);
}

function hintKey(field: string, fields: Partial<Fields>): string | undefined {
  const signIn = signInOf(fields);
  const google = signIn === "google-refresh-token";
  switch (field) {
    case "username":
      if (signIn === "azure-password") return fields.kind === "graph" ? "username-graph" : "username-own";
      return isTokenFor(fields) ? "username-mailbox" : undefined;
    case "password":
      return signIn === "azure-password" ? "password-azure" : "password";
    case "clientId":
      return google ? "clientId-google" : "clientId";
    case "clientSecret":
      if (google) return "clientSecret-google";
      return signIn === "azure-password" ? "clientSecret-optional" : "clientSecret";
    case "mailbox":
      return signIn === "azure-password" ? "mailbox-own" : "mailbox";
    default:
      return undefined;
  }
}

/** What an empty field looks like where that depends on the choices of the form. */
export function placeholderOf(translate: Translate, field: string, fields: Partial<Fields>): string | undefined {
  const google = signInOf(fields) === "google-refresh-token";
  if (field === "clientId") return translate(`smtp-config.placeholder.${google ? "clientId-google" : "clientId"}`);
  if (field === "username") return translate(`smtp-config.placeholder.${isOAuth(fields) ? "mailbox" : "username"}`);
  return undefined;
}

/** With Graph or OAuth a user name is always an address. */
function isOAuth(fields: Partial<Fields>): boolean {
  return fields.kind === "graph" || fields.auth === "oauth2";
}

function isTokenFor(fields: Partial<Fields>): boolean {
  return fields.kind !== "graph" && fields.auth === "oauth2";
}
