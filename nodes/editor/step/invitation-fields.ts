import { inStep } from "./in-step";
import { problemIn, type Typed } from "./invitation-validity";
import type { SendEmailNode } from "./step-node";

/** The form, while a person types: a typed input hands its value on only when it is left. */
function asTyped(name: Typed): string {
  const [, field = "", type] = /^(\w+?)(Type)?$/.exec(name) ?? [];
  return String($(`#node-input-${field}`).typedInput(type ? "type" : "value") ?? "");
}

/** The invitation: none, made of the fields below, or a value that is one. */
export function startInvitationFields(node: SendEmailNode): void {
  const form = document.querySelector<HTMLElement>(".post-office-step") as HTMLElement;
  const kind = inStep<HTMLInputElement>("node-input-invitationKind");
  const zone = $("#node-input-invitationTimeZone");

  const refresh = () => {
    for (const part of form.querySelectorAll<HTMLElement>("[data-invitation]"))
      part.hidden = part.dataset.invitation !== kind.value;
    inStep("post-office-invitation-hint").textContent = node._(`send-email.invitation.kind-hint.${kind.value}`);
    inStep("post-office-invitation-note").textContent = node._(`send-email.invitation.kind.${kind.value}`);
    const problem = kind.value === "fields" ? problemIn(asTyped) : undefined;
    inStep("post-office-invitation-message").textContent = problem ? node._(problem.key) : "";
  };
  let last = kind.value;
  $(kind).on("change", () => {
    // Node-RED tells of a change where it only fills the form.
    if (kind.value === last) return;
    last = kind.value;
    const untouched = zone.typedInput("type") === "str" && zone.typedInput("value") === "";
    // Who writes 10:00 means the clocks around.
    if (kind.value === "fields" && untouched)
      zone.typedInput("value", Intl.DateTimeFormat().resolvedOptions().timeZone);
  });
  $(form).on("input change", refresh);
  inStep("post-office-invitation").toggleAttribute("open", (node.invitationKind ?? "none") !== "none");
  refresh();
}
