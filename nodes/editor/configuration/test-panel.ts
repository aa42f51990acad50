import { isAddress } from "../../../src/model/address-syntax";
import { possibleSignIns, signInOf } from "../../../src/settings/field-use";
import { CREDENTIAL_NAMES, type RawCredentials } from "../../../src/settings/raw";
import { isEnvReference } from "../../../src/settings/rules";
import type { SmtpConfigNode } from "../shared/configurations";
import { byId, element } from "../shared/elements";
import { textOr } from "../shared/wording";
import { labelOf } from "./field-labels";
import type { FieldMessages } from "./field-messages";
import type { LiveChecks } from "./live-checks";
import { type Fields, readForm } from "./open-form";
import { renderReport, renderVerdict } from "./test-report";
import { type RunningTest, startTest, type TestAnswer, type TestRequest } from "./test-request";
import { firstProblem, namedProblem } from "./validity";

let running: RunningTest | undefined;
/** Proposed at the next test in this browser window. */
let lastRecipient = "";

/** Ends a test whose dialog goes away. */
export function leaveTest(): void {
  running?.cancel();
  running = undefined;
}

/** The part of the dialog that tests the form as it stands. */
export function createTestPanel(
  node: SmtpConfigNode,
  form: HTMLElement,
  messages: FieldMessages,
  checks: LiveChecks,
): void {
  const translate: Translate = (key, values) => node._(`smtp-config.${key}`, values);
  const to = byId<HTMLInputElement>("post-office-test-to");
  const from = byId<HTMLInputElement>("post-office-test-from");
  const token = byId<HTMLInputElement>("post-office-test-token");
  const send = byId<HTMLButtonElement>("post-office-test-send");
  const check = byId<HTMLButtonElement>("post-office-test-check");
  const result = byId("post-office-test-result");
  to.value = lastRecipient;

  const refresh = () => {
    const fields = readForm(form, node);
    const obstacle = obstacleTo(node, fields, from.value.trim(), token.value.trim());
    const recipientMissing = recipientObstacle(node, fields, to.value.trim());
    disable(send, running !== undefined || obstacle !== undefined || recipientMissing !== undefined);
    disable(check, running !== undefined || obstacle !== undefined);
    byId("post-office-test-running").hidden = running === undefined;
    byId("post-office-test-why").textContent = obstacle ?? recipientMissing ?? purposeOf(node, fields, to.value.trim());
    from.placeholder = String(fields.from) || translate("placeholder.testFrom");
  };

  const run = async (sending: boolean) => {
    lastRecipient = to.value.trim();
    messages.clearBlame();
    checks.showFound([]);
    result.hidden = true;
    result.classList.remove("po-stale");
    const extra = { from: from.value.trim(), accessToken: token.value.trim() };
    const test = startTest(requestFor(node, readForm(form, node), { to: lastRecipient, send: sending }, extra));
    running = test;
    refresh();
    byId("post-office-test-cancel").focus();
    const answer = await test.answer;
    if (running !== test) return;
    running = undefined;
    refresh();
    show(answer);
    (sending ? send : check).focus({ preventScroll: true });
  };

  const show = (answer: TestAnswer) => {
    result.replaceChildren(element("p", "po-hint po-stale-note", translate("test.stale")), ...renderAnswer(answer));
    result.hidden = false;
    result.scrollIntoView({ block: "nearest" });
    byId("post-office-test-spoken").textContent = result.querySelector(".po-verdict")?.textContent ?? "";
  };

  const renderAnswer = (answer: TestAnswer): HTMLElement[] => {
    switch (answer.kind) {
      case "report":
        for (const { finding } of answer.report.steps) if (finding?.field) messages.blame(finding.field);
        return renderReport(answer.report, {
          translate: node._,
          hasField: messages.isShown,
          labelOf: (field) => labelOf(node._, field, readForm(form, node)),
          goTo: messages.goTo,
        });
      case "problems": {
        checks.showFound(answer.problems);
        const first = answer.problems[0];
        return [
          renderVerdict(
            "failed",
            translate("test.invalid", { problem: first ? namedProblem(node._, first, readForm(form, node)) : "" }),
          ),
        ];
      }
      case "busy":
        return [
          renderVerdict(
            "note",
            textOr(node._, `smtp-config.test.${answer.tooOften ? "too-often" : "busy"}`, answer.message),
          ),
        ];
      case "forbidden":
        return [renderVerdict("failed", translate("test.forbidden"))];
      case "unreachable":
        return [
          renderVerdict(
            "failed",
            answer.status === 0 ? translate("test.unreachable") : translate("test.broken", { status: answer.status }),
          ),
        ];
      case "cancelled":
        return [renderVerdict("note", translate("test.cancelled"))];
    }
  };

  send.addEventListener("click", () => void run(true));
  check.addEventListener("click", () => void run(false));
  byId("post-office-test-cancel").addEventListener("click", () => running?.cancel());
  $(form).on("input change", (event) => {
    if (event.originalEvent) result.classList.add("po-stale");
    refresh();
  });
  $(to).on("keydown", (event) => {
    if (event.key === "Enter" && !send.disabled) void run(true);
  });
  refresh();
}

/** The form as it stands. The token goes along only where the configuration has none of its own. */
function requestFor(
  node: SmtpConfigNode,
  fields: Fields,
  what: { to: string; send: boolean },
  { from, accessToken }: { from: string; accessToken: string },
): TestRequest {
  const credentials: RawCredentials = {};
  const config: Partial<Fields> = { ...fields };
  for (const name of CREDENTIAL_NAMES) {
    credentials[name] = fields[name] ?? "";
    delete config[name];
  }
  return {
    id: node.id,
    config: config as TestRequest["config"],
    credentials,
    ...what,
    ...(from === "" ? {} : { from }),
    ...(possibleSignIns(fields).includes("message") ? { accessToken } : {}),
  };
}

function disable(control: HTMLButtonElement, disabled: boolean): void {
  control.disabled = disabled;
  // The editor's style sheet goes by the class.
  control.classList.toggle("disabled", disabled);
}

/** Why nothing can be tested at all. */
function obstacleTo(node: SmtpConfigNode, fields: Fields, from: string, token: string): string | undefined {
  if (!RED.user.hasPermission("smtp-config.write")) return node._("smtp-config.test.no-permission");
  const problem = firstProblem(node, fields);
  if (problem) return node._("smtp-config.test.first-correct", { problem: namedProblem(node._, problem, fields) });
  if (signInOf(fields) === "message" && token === "") return node._("smtp-config.test.no-token");
  if (from !== "" && !isTestAddress(from, fields)) return node._("smtp-config.test.bad-sender");
  return undefined;
}

/** Why no mail can be sent, though the connection can be checked. */
function recipientObstacle(node: SmtpConfigNode, fields: Fields, to: string): string | undefined {
  if (to === "") return node._("smtp-config.test.no-recipient");
  return isTestAddress(to, fields) ? undefined : node._("smtp-config.test.bad-recipient");
}

function isTestAddress(text: string, fields: Fields): boolean {
  return isEnvReference(text) || isAddress(text, fields.strictAddresses === true);
}

/** Who gets the mail, also in safe mode, and which certificates the test cannot know yet. */
function purposeOf(node: SmtpConfigNode, fields: Fields, to: string): string {
  const purpose = routeOf(node, fields, to);
  return fields.safeMode === "send" ? purpose : `${purpose} ${node._("smtp-config.test.safe-mode")}`;
}

function routeOf(node: SmtpConfigNode, fields: Fields, to: string): string {
  if (fields.kind === "graph")
    return node._("smtp-config.test.purpose-graph", { to, mailbox: fields.mailbox || (fields.username ?? "") });
  const purpose = node._("smtp-config.test.purpose", { to, host: fields.host, port: fields.port });
  const tls = fields.tls === "" || fields.security === "none" ? null : RED.nodes.node(fields.tls);
  return tls?.changed ? `${purpose} ${node._("smtp-config.test.tls-not-deployed")}` : purpose;
}
