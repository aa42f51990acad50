import type { FailureFacts, FailureReason } from "../../model/catalogue";
import type { Phase } from "../../model/codes";
import type { SmtpAnswer } from "../../model/receipt";
import { SendError } from "../../model/send-error";
import type { GenericSettings } from "../../settings/generic";
import { factsOf } from "./classify-socket";

/**
 * Tells what a refusing reply means: by phase, reply code and enhanced code first; by the
 * server's words only to pick a better hint among causes with the same disposition.
 */
export function classifyReply(answer: SmtpAnswer, phase: Phase, settings: GenericSettings, names = ""): SendError {
  const facts: FailureFacts = { ...factsOf(settings, phase), response: answer.response, names };
  facts.user = settings.account;
  const byToken = phase === "auth" && settings.oauth ? tokenReason(answer) : undefined;
  const unknown = (settings.login ?? settings.oauth) ? undefined : strangerReason(answer, phase);
  return new SendError(byToken ?? unknown ?? reasonOf(answer, phase), { phase, facts, smtp: answer });
}

/** The catalogue's name for a refusing reply. */
function reasonOf(answer: SmtpAnswer, phase: Phase): FailureReason {
  const { replyCode, response } = answer;
  if (replyCode === undefined) return phase === "greeting" ? "not-smtp" : "protocol-error";
  // Postfix lets the handshake pass, and says only then that it wanted to see one.
  if (replyCode === 421 && /client certificate/i.test(response)) return "tls-client-certificate";
  // A 421 closes the connection whatever was asked (RFC 5321 §3.8); 432 is Microsoft's "too many connections".
  if ((replyCode === 421 && phase !== "greeting") || replyCode === 432) return "throttled";
  switch (phase) {
    case "greeting":
      return replyCode < 400 ? "not-smtp" : replyCode < 500 ? "greeting-busy" : "greeting-refused";
    case "ehlo":
      return replyCode < 500 ? "throttled" : "ehlo-refused";
    case "starttls":
      return replyCode < 500 ? "starttls-busy" : "starttls-refused";
    case "auth":
      return authReason(answer, replyCode);
    case "mail":
      return mailReason(answer, replyCode);
    case "rcpt":
      return recipientReason(answer, replyCode);
    case "data":
    case "body":
    case "dot":
      return contentReason(answer, replyCode);
    default:
      return "protocol-error";
  }
}

/** What a refused token means; undefined where the reply says the same of a token as of a password. */
function tokenReason({ replyCode, enhancedCode, response }: SmtpAnswer): FailureReason | undefined {
  if (replyCode !== 535) return undefined;
  if (enhancedCode === "5.7.3") return "auth-microsoft-token-refused";
  if (/gsmtp|support\.google\.com/i.test(response)) return "auth-google-token-refused";
  return enhancedCode === "5.7.139" ? undefined : "auth-token-refused";
}

/** How Postfix refuses whoever has not signed in, where it says nothing of signing in; undefined for another refusal. */
function strangerReason({ replyCode = 0, response }: SmtpAnswer, phase: Phase): FailureReason | undefined {
  if (replyCode < 500 || (phase !== "mail" && phase !== "rcpt")) return undefined;
  if (/client host rejected: access denied/i.test(response)) return "auth-required";
  return phase === "rcpt" && /recipient address rejected: access denied/i.test(response) ? "relay-denied" : undefined;
}

function authReason(answer: SmtpAnswer, replyCode: number): FailureReason {
  const { enhancedCode, response } = answer;
  if (replyCode < 500) return "auth-temporary";
  if (replyCode === 538) return "auth-encryption-required";
  if (enhancedCode === "5.7.30") return "auth-microsoft-retired";
  // 5.7.139 covers every way in which Microsoft's sign-in says no; only the words tell a wrong password.
  if (enhancedCode === "5.7.139" && /credentials were incorrect/i.test(response)) return "auth-microsoft-refused";
  if (/basic authentication (?:is not supported|is disabled)/i.test(response)) return "auth-microsoft-retired";
  if (enhancedCode === "5.7.139" || /SmtpClientAuthentication is disabled/i.test(response))
    return "auth-microsoft-disabled";
  if (/application-specific password|InvalidSecondFactor/i.test(response)) return "auth-google-app-password";
  if (/gsmtp|support\.google\.com/i.test(response)) return "auth-google-refused";
  if (enhancedCode === "5.7.3" && replyCode === 535) return "auth-microsoft-refused";
  if (replyCode === 530) return mustEncrypt(response) ? "auth-encryption-required" : "auth-required";
  return "auth-refused";
}

function mailReason(answer: SmtpAnswer, replyCode: number): FailureReason {
  const { enhancedCode = "", response } = answer;
  if (replyCode < 500) return isThrottling(answer) ? "throttled" : "sender-deferred";
  if (needsLogin(answer, replyCode)) return mustEncrypt(response) ? "auth-encryption-required" : "auth-required";
  if (enhancedCode === "5.7.30") return "auth-microsoft-retired";
  if (refusesMachine(answer)) return "greeting-refused";
  if (isTooLarge(answer, replyCode)) return "message-too-large";
  if (isOverLimit(answer)) return "sender-limit";
  return isNotAllowed(answer) ? "sender-not-allowed" : "sender-refused";
}

function recipientReason(answer: SmtpAnswer, replyCode: number): FailureReason {
  const { enhancedCode = "", response } = answer;
  if (needsLogin(answer, replyCode)) return "auth-required";
  if (enhancedCode.endsWith(".2.2") || /mailbox (?:is )?full|over quota|quota exceeded/i.test(response)) {
    return replyCode < 500 ? "recipient-deferred" : "mailbox-full";
  }
  if (isTooManyRecipients(answer)) return "recipient-deferred";
  if (replyCode < 500) {
    if (isThrottling(answer)) return "throttled";
    // More of it than below, because a greylist's page may well be on a machine that is called relay.
    return /relay access denied|relaying denied|unable to relay/i.test(response)
      ? "relay-deferred"
      : "recipient-deferred";
  }
  if (refusesMachine(answer)) return "greeting-refused";
  if (/relay/i.test(withoutNames(response)) || enhancedCode === "5.7.54") return "relay-denied";
  if (/sender address rejected|not owned by user|send ?as/i.test(response)) return "sender-not-allowed";
  return "recipient-refused";
}

/**
 * Whether a refusal of a recipient only says that the mail has others: those left over are taken next time. RFC 5321
 * §4.5.3.1.10 wants 552 read as 452 there, and RFC 3463 has a code of its own for it, which some send with 550.
 */
export function isTooManyRecipients({ replyCode = 0, enhancedCode, response }: SmtpAnswer): boolean {
  return replyCode >= 500 && (enhancedCode === "5.5.3" || /too many recipients/i.test(response));
}

/** The words of an answer: a mailbox or a machine may well be called relay. */
function withoutNames(response: string): string {
  return response.replace(/<[^<>]*>|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b/gi, "");
}

function contentReason(answer: SmtpAnswer, replyCode: number): FailureReason {
  if (replyCode < 500) return isThrottling(answer) ? "throttled" : "content-deferred";
  const { enhancedCode } = answer;
  if (isOverLimit(answer)) return "sender-limit";
  if (replyCode === 554 && enhancedCode === "5.2.2") return "sender-mailbox-full";
  if (isTooLarge(answer, replyCode)) return "message-too-large";
  return isNotAllowed(answer) ? "sender-not-allowed" : "content-refused";
}

function needsLogin({ response }: SmtpAnswer, replyCode: number): boolean {
  return (
    replyCode === 530 ||
    (replyCode >= 500 &&
      /authentication (?:is )?required|must authenticate|not authenticated|not logged in/i.test(response))
  );
}

/** Postfix says it of the recipient, or of the sender, because it lets everybody speak that far. */
function refusesMachine({ response }: SmtpAnswer): boolean {
  return /client host (?:rejected|\[[^\]]*\] blocked)/i.test(response);
}

function mustEncrypt(response: string): boolean {
  return /STARTTLS/i.test(response);
}

function isTooLarge({ enhancedCode, response }: SmtpAnswer, replyCode: number): boolean {
  return (
    enhancedCode === "5.3.4" ||
    (replyCode === 552 && enhancedCode !== "5.2.2") ||
    /message size exceeds|too (?:large|big)/i.test(response)
  );
}

function isNotAllowed({ enhancedCode, response }: SmtpAnswer): boolean {
  return (
    enhancedCode === "5.7.60" ||
    /SendAsDenied|send as this sender|not owned by user|not allowed to send (?:as|from)|sender address rejected/i.test(
      response,
    )
  );
}

/** Exchange Online and Gmail refuse for good what they will take again tomorrow. */
function isOverLimit({ enhancedCode = "", response }: SmtpAnswer): boolean {
  if (enhancedCode === "5.4.5") return /limit/i.test(response);
  return (
    enhancedCode.startsWith("5.2.") &&
    /quota ?exceeded|(?:submission|message|recipient|sending) (?:rate )?limit/i.test(response)
  );
}

function isThrottling({ enhancedCode, response }: SmtpAnswer): boolean {
  return (
    enhancedCode === "4.7.28" || /too (?:many|much)|rate limit|throttl|slow down|try again in \d+ ?s/i.test(response)
  );
}
