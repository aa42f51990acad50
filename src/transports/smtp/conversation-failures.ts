import type SMTPConnection from "nodemailer/lib/smtp-connection";
import { phrase } from "../../model/catalogue";
import type { Phrase } from "../../model/catalogue/phrases";
import type { Phase } from "../../model/codes";
import type { Redact } from "../../model/redaction";
import { SendError } from "../../model/send-error";
import type { GenericSettings } from "../../settings/generic";
import { classifyReply } from "./classify-reply";
import { classifySocketError, factsOf } from "./classify-socket";
import { classifyTransaction, type NodemailerError } from "./classify-transaction";
import type { MarkedBody } from "./marked-body";
import { readReply } from "./reply";
import type { Transcript } from "./transcript";

/** Tells what a failure means by where the conversation was: nodemailer reports most of them alike. */
export class ConversationFailures {
  /** The content of the mail that is being handed over. */
  body: MarkedBody | undefined;

  constructor(
    private readonly context: { readonly settings: GenericSettings; readonly redact: Redact },
    private readonly connection: SMTPConnection,
    private readonly transcript: Transcript,
  ) {}

  /**
   * Where the conversation is. A body that is allowed to leave but has not yet is still before the content; one that
   * has begun to leave is on its way until nodemailer took an answer to it: half a line before the end is none.
   */
  get phase(): Phase {
    if (this.body?.started) return "body";
    const { phase } = this.transcript;
    return phase === "body" ? "data" : phase;
  }

  /** What nodemailer reports; an empty error is a connection that was lost. */
  reported(error: NodemailerError): SendError {
    const { settings, redact } = this.context;
    const { capabilities } = this.transcript;
    const { phase } = this;
    if (
      error.rejectedErrors ||
      error.command === "MAIL FROM" ||
      error.command === "RCPT TO" ||
      error.command === "DATA"
    ) {
      return classifyTransaction(error, settings, redact);
    }
    if (typeof error.response === "string") return this.#answer(error.response, error.command);
    if (phase === "starttls" && !capabilities.starttls) return this.#starttlsNotOffered();
    // Without a reply, this is `tls.connect` itself that threw: it could not read what it was given.
    if (error.code === "ETLS" && error.command === "STARTTLS")
      return new SendError("tls-client-key", { phase: "tls", facts: factsOf(settings, "tls") });
    // Without a reply, it was longer than any.
    if (error.code === "EPROTOCOL") return this.outOfTurn(phrase("answer-endless"));
    // The server's TLS answers come while EHLO's successor is awaited.
    const during = this.connection.upgrading ? "tls" : phase;
    return classifySocketError(error, during, settings);
  }

  #answer(response: string, command = ""): SendError {
    const { settings, redact } = this.context;
    const answer = readReply(redact(response));
    // Without EHLO there is no STARTTLS (RFC 3207 §4), so a server that refuses it cannot encrypt.
    const cannotEncrypt = command === "STARTTLS" || (command === "EHLO" && settings.security === "starttls");
    if (cannotEncrypt && !this.transcript.capabilities.starttls && answer.replyCode !== 421)
      return this.#starttlsNotOffered();
    return classifyReply(answer, this.transcript.answeredPhase, settings);
  }

  #starttlsNotOffered(): SendError {
    const facts = factsOf(this.context.settings, "starttls");
    return new SendError("starttls-not-offered", { phase: "starttls", facts });
  }

  /** The server's refusal decides, whatever nodemailer would do next. */
  refused(phase: Phase, reply: string): SendError {
    const { settings, redact } = this.context;
    return classifyReply(readReply(redact(reply)), phase, settings);
  }

  /** The answer did not come to its end in time. */
  late(): SendError {
    return classifySocketError({ code: "ETIMEDOUT" }, this.phase, this.context.settings);
  }

  /** What the server said, or when, is no conversation; of a body that is on its way nobody knows what became. */
  outOfTurn(what: Phrase | string, answers = this.phase): SendError {
    const { settings, redact } = this.context;
    if (this.phase === "body") return classifySocketError({}, "body", settings);
    const phase = answers === "body" ? "data" : answers;
    const smtp = typeof what === "string" ? readReply(redact(what)) : undefined;
    const facts = { ...factsOf(settings, phase), response: smtp?.response ?? (what as Phrase) };
    return new SendError("protocol-error", { phase, facts, ...(smtp ? { smtp } : {}) });
  }
}
