import type { ImportPlan, PlannedConfiguration } from "./plan";
import type { WantedServer } from "./wanted-server";
import type { Words } from "./wording";

/** What a person must know before the import: what it cannot carry over, and what will differ. */
export function planNotes({ configurations }: ImportPlan, words: Words): string[] {
  const made = configurations.filter(({ make }) => make);
  const named = (key: string, fits: (wanted: WantedServer, one: PlannedConfiguration) => boolean) => {
    const names = made.filter((one) => fits(one.wanted, one)).map(({ name }) => name);
    return names.length === 0 ? [] : [words(key, { names: names.join(", ") })];
  };
  const withPassword = ({ auth }: WantedServer) => auth === "password";
  return [
    ...named("note.password", (wanted, { accountUnknown }) => withPassword(wanted) && !accountUnknown),
    ...named("note.account", (_, { accountUnknown }) => accountUnknown),
    ...named("note.host", ({ host }) => host === ""),
    ...named("note.token", ({ auth }) => auth === "oauth2"),
    ...named("note.starttls", ({ security }) => security === "starttls"),
    ...named("note.clear", (wanted) => withPassword(wanted) && wanted.security === "starttls-if-offered"),
    ...named("note.unchecked", ({ uncheckedCertificate }) => uncheckedCertificate),
    words("note.body"),
    words("note.message"),
  ];
}
