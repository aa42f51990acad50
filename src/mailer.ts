import { fetchAttachments, keptFiles } from "./attachments/fetch-attachments";
import { type Carrier, type CarrierDependencies, carrierFor } from "./carrier";
import { sourceOf } from "./compose/attachments";
import type { EmailDraft } from "./compose/draft";
import { readDraft, withoutSources } from "./compose/message";
import { type DraftMessage, prepareEmail, type ReadMessage } from "./compose/prepare";
import { underSafeMode } from "./compose/safe-mode";
import { prepareSample } from "./compose/sample-mail";
import { type LinkServing, linkAttachments } from "./linked-attachments";
import { sendWithLiveLinks } from "./live-links";
import type { Phase } from "./model/codes";
import type { Envelope } from "./model/email";
import type { KeptFrom, RecipientResult } from "./model/receipt";
import type { SentSample } from "./model/sample";
import { SendError } from "./model/send-error";
import type { Spool } from "./model/spool";
import type { Standing } from "./model/standing";
import type { Random } from "./outbox/backoff";
import { Outbox } from "./outbox/outbox";
import type { OutboxEntry } from "./outbox/outbox-store";
import type { Outcome, Progress } from "./outbox/outcomes";
import type { Counter, PostOffice } from "./post-office";
import { sendSafely } from "./safe-sending";
import type { MailSettings } from "./settings/parse";
import type { SafeMode } from "./settings/raw";

export { misalignment } from "./compose/dkim/dkim-alignment";
export type { EmailDraft } from "./compose/draft";
export { readSample } from "./compose/sample-mail";
export { readTemplate } from "./compose/template";
export { readTestAddress } from "./compose/test-mail";
export { readCertificate } from "./oauth/certificate";
export type { ListFilter } from "./outbox/outbox-store";
export type { Outcome, Progress } from "./outbox/outcomes";
export { createPostOffice } from "./post-office";
export { probe } from "./probing";

/** What is read for links, which the largest mail does not limit: an answer without an end must not fill the disk. */
const MOST_LINKED_BYTES = 2_000_000_000;

/** How often a store that cannot be used is tried again where no mail asks for it. */
const REOPEN_MS = 60_000;

/** Where a failure is mended by a token that a message brings. */
const SIGN_IN_PHASES: readonly Phase[] = ["token", "auth"];

export interface MailerDependencies extends CarrierDependencies {
  readonly random: Random;
  readonly postOffice: PostOffice;
  /** Absent where Node-RED cannot serve files; then nothing goes as a link. */
  readonly links?: LinkServing;
}

/** What became of a mail that the server accepted for at least one recipient. Accepted is not delivered. */
export interface SendResult {
  /** `partial`: some recipients were refused; `recipients` tells which. */
  readonly state: "accepted" | "partial";
  readonly id: string;
  readonly messageId: string;
  readonly envelope: Envelope;
  readonly recipients: readonly RecipientResult[];
  readonly response: string;
  /** By which the provider finds the request again; Graph has one. */
  readonly requestId?: string;
  /** Absent where it went to its recipients. */
  readonly safeMode?: KeptFrom;
  readonly attempts: number;
  /** How many attempts ended without an answer: each of them may have delivered the mail once more. */
  readonly unconfirmed: number;
  /** From being queued to the last answer, in milliseconds. */
  readonly durationMs: number;
}

export interface SubmitOptions {
  /** The same key within `dedupeForMs` is sent once. */
  readonly dedupeKey?: string | undefined;
  readonly dedupeForMs?: number | undefined;
  /** What the message brought to sign in with, where the configuration takes it from there. Never stored. */
  readonly accessToken?: unknown;
  /** Who hears the outcome after a restart; see `PostOffice.outcomes`. */
  readonly origin?: string | undefined;
  readonly onProgress?: (progress: Progress) => void;
}

/** A mail that is kept. `result` resolves when the server accepted it, and rejects with SendError when it was given up. */
export type Submitted =
  | {
      readonly state: "queued";
      readonly id: string;
      readonly messageId: string;
      readonly safeMode?: KeptFrom;
      readonly result: Promise<SendResult>;
    }
  | { readonly state: "duplicate"; readonly id: string; readonly messageId: string };

/** What a configuration tells of itself. */
export interface MailerEvents {
  /** All its mails wait for a person; undefined when they go on. */
  onHeld?(error: SendError | undefined): void;
  /** The store cannot be used now: no mail is kept, and none that waits in it is sent. */
  onNoStore?(error: SendError): void;
  /** Disk was asked for, and this machine has no engine for it. */
  onNoDisk?(): void;
}

interface Ready {
  readonly outbox: Outbox;
  readonly counter: Counter;
}

/** Sends mails with one configuration: checks, composes, keeps and hands over. */
export class Mailer {
  readonly #settings: MailSettings;
  readonly #dependencies: MailerDependencies;
  readonly #carrier: Carrier;
  readonly #queue: string;
  readonly #events: MailerEvents;
  #ready: Promise<Ready> | undefined;
  #outbox: Outbox | undefined;
  #noStore: SendError | undefined;
  #spool: Spool | undefined;
  /** Calls off what is being fetched for mails that are not kept yet. */
  readonly #leaving = new AbortController();
  #closed = false;
  #callOff = (): void => {};

  /** `queue` is the configuration's id: what waits under it is gone on with. */
  constructor(settings: MailSettings, queue: string, dependencies: MailerDependencies, events: MailerEvents = {}) {
    this.#settings = settings;
    this.#dependencies = dependencies;
    this.#queue = queue;
    this.#events = events;
    this.#carrier = carrierFor(settings, dependencies);
    this.#open().catch((error: SendError) => events.onNoStore?.(error));
  }

  /** Tried anew at every mail, and each minute, because what keeps a store closed may pass: a lock, a full disk. */
  #open(): Promise<Ready> {
    if (this.#closed && !this.#ready) return Promise.reject(closed());
    this.#ready ??= this.#openOutbox().catch((error: SendError) => {
      this.#ready = undefined;
      this.#noStore = error;
      this.#openLater();
      throw error;
    });
    return this.#ready;
  }

  /** What waits in the store is to be sent, whether or not another mail comes. */
  #openLater(): void {
    this.#callOff();
    if (this.#closed) return;
    this.#callOff = this.#dependencies.clock.after(REOPEN_MS, () => void this.#open().catch(() => {}));
  }

  async #openOutbox(): Promise<Ready> {
    const { onHeld, onNoDisk } = this.#events;
    const queue = this.#queue;
    const { clock, newId, random, postOffice } = this.#dependencies;
    const { outbox: kind, maxConnections, perMinute, giveUpAfterMs, onUnconfirmed, safeMode } = this.#settings;
    const { keepSentDays: sentDays, keepFailedDays: deadDays } = this.#settings;
    const counter = await postOffice.open(kind, queue, { sentDays, deadDays });
    if (counter.noDisk) onNoDisk?.();
    const outbox = new Outbox({
      queue,
      store: counter.store,
      outcomes: postOffice.outcomes,
      send: sendSafely(
        sendWithLiveLinks((...mail) => this.#carrier.transport.send(...mail), clock),
        this.#settings,
      ),
      clock,
      newId,
      random,
      maxConnections,
      // The limit is the server's, which a dry run does not ask.
      ...(safeMode === "dry-run" ? {} : { perMinute, limit: counter.limit }),
      policy: { giveUpAfterMs, onUnconfirmed },
      ...(onHeld ? { onHeld } : {}),
    });
    await outbox.start(counter.interrupted);
    this.#outbox = outbox;
    this.#noStore = undefined;
    return { outbox, counter };
  }

  /** Resolves once the mail is kept. Rejects with SendError where it is not sendable, or could not be kept. */
  async submit(draft: EmailDraft, options: SubmitOptions = {}): Promise<Submitted> {
    const { signature: own, safeMode } = this.#settings;
    if (safeMode !== "dry-run" && this.#carrier.takeToken(options.accessToken)) await this.#resumeSignIn();
    const read = underSafeMode(readDraft(draft, this.#settings), this.#settings);
    // What is fetched for a duplicate is fetched for nothing; keeping it looks at the key again.
    const earlier = read.attachments.some(sourceOf) ? await this.#holderOf(options.dedupeKey) : undefined;
    if (earlier) return { state: "duplicate", id: earlier.id, messageId: earlier.messageId };
    const message = await this.#fetch(read);
    try {
      return await this.#keep(message, draft.includeSignature === false ? "" : own, options);
    } catch (error) {
      this.#spool?.discard(keptFiles(message));
      throw error;
    }
  }

  async #holderOf(dedupeKey: string | undefined): Promise<OutboxEntry | undefined> {
    if (dedupeKey === undefined) return undefined;
    const { store } = (await this.#open()).counter;
    const now = this.#dependencies.clock.now();
    return store.holderOf(this.#queue, keyUnder(this.#settings.safeMode, dedupeKey), now);
  }

  async #keep(message: ReadMessage, signature: string, options: SubmitOptions): Promise<Submitted> {
    const { clock, newId, links } = this.#dependencies;
    const { maxBytes, safeMode } = this.#settings;
    const { onProgress = unheard, accessToken: _, dedupeKey, ...envelop } = options;
    const mail = { id: newId(), now: clock.now(), isSent: safeMode !== "dry-run" };
    const linked = await linkAttachments(message, this.#settings, links, mail);
    try {
      const identity = { id: mail.id, date: new Date(mail.now), signature, maxBytes };
      const email = await prepareEmail(linked.message, identity);
      const { outbox } = await this.#open();
      const { subject } = message;
      const unique = dedupeKey === undefined ? {} : { dedupeKey: keyUnder(safeMode, dedupeKey) };
      const enqueued = await outbox.enqueue(email, { subject, ...unique, ...envelop }, onProgress);
      // What is linked has a file of its own.
      this.#spool?.discard(keptFiles(message).filter((file) => !keptFiles(linked.message).includes(file)));
      if (enqueued.state === "duplicate") {
        await linked.discard();
        return enqueued;
      }
      const { id, outcome } = enqueued;
      const kept = safeMode === "send" ? {} : { safeMode };
      return { state: "queued", id, messageId: email.messageId, ...kept, result: outcome.then(resultOf) };
    } catch (error) {
      await linked.discard();
      throw error;
    }
  }

  async #fetch(message: DraftMessage): Promise<ReadMessage> {
    if (message.attachments.every((attachment) => !sourceOf(attachment))) return withoutSources(message);
    const { store } = (await this.#open()).counter;
    this.#spool = store.spool;
    const limits = this.#settings.links ? { ...this.#settings, maxBytes: MOST_LINKED_BYTES } : this.#settings;
    return fetchAttachments(message, limits, this.#spool, this.#leaving.signal, this.#dependencies);
  }

  /** Another token is there: what was held for want of one goes on, whatever becomes of the mail that brought it. */
  async #resumeSignIn(): Promise<void> {
    const { outbox } = await this.#open();
    if (outbox.heldBy && SIGN_IN_PHASES.includes(outbox.heldBy.phase)) outbox.resume();
  }

  /** Whether it sends now, and if not, why. */
  get standing(): Standing {
    if (this.#noStore) return { state: "unusable", error: this.#noStore };
    return this.#outbox?.standing ?? { state: "ok" };
  }

  /** Lets what waits go on, after the configuration was mended or a test has passed. */
  async resume(): Promise<void> {
    const { outbox } = await this.#open();
    outbox.resume();
  }

  /** Looks again for what is due, after a person had mails tried again. A held configuration stays held. */
  async wake(): Promise<void> {
    const { outbox } = await this.#open();
    outbox.wake();
  }

  /** Lets running mails finish for at most `graceMs`; afterwards no socket and no timer is left. What waits stays kept. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    this.#callOff();
    this.#leaving.abort(closed());
    const ready = await this.#ready?.catch(() => undefined);
    await ready?.outbox.stop(graceMs);
    await this.#carrier.transport.close();
    await ready?.counter.release();
  }
}

/**
 * Sends one mail made of a draft to `to` alone, in a single attempt, and tells the server's answer.
 *
 * Not through the outbox: a person waits for this answer, so it is of no use later, and the mail must not
 * take a dedupe key, be tried again or come out of a step. With a connection and tokens of its own, so that
 * a token of a sample message never reaches the mails of the flow. Rejects with SendError.
 */
export async function sendSample(
  settings: MailSettings,
  draft: EmailDraft,
  to: string,
  dependencies: CarrierDependencies & Pick<MailerDependencies, "links">,
  signal: AbortSignal,
  accessToken: unknown,
): Promise<SentSample> {
  const { clock, newId } = dependencies;
  const { transport, takeToken } = carrierFor(settings, dependencies);
  let discard = (): Promise<void> => Promise.resolve();
  try {
    takeToken(accessToken);
    const mail = { id: newId(), now: clock.now(), isSent: true };
    const identity = { id: mail.id, date: new Date(mail.now) };
    const email = await prepareSample(draft, to, settings, identity, async (message) => {
      // It is handed over at once, so it needs no file of its own.
      const fetched = await fetchAttachments(message, settings, undefined, signal, dependencies);
      const linked = await linkAttachments(fetched, settings, dependencies.links, mail);
      discard = linked.discard;
      return linked.message;
    });
    const { messageId, response, requestId } = await transport.send(email, signal, () => Promise.resolve());
    const { subject, envelope } = email;
    const request = requestId === undefined ? {} : { requestId };
    return { from: envelope.from || "<>", to, subject, messageId, response, ...request, ms: clock.now() - mail.now };
  } catch (error) {
    const mayHaveArrived = signal.aborted || (error instanceof SendError && error.disposition === "ambiguous");
    if (!mayHaveArrived) await discard();
    throw error;
  } finally {
    await transport.close();
  }
}

/** Kept as long as the mail waits, and so made where it keeps nothing else: least of all the mail's content. */
function unheard(): void {}

/** What was only tried keeps out no real mail of the same key. */
function keyUnder(safeMode: SafeMode, dedupeKey: string): string {
  return safeMode === "send" ? dedupeKey : `${safeMode}\n${dedupeKey}`;
}

function closed(): SendError {
  const value = "its configuration was deployed anew or Node-RED stopped";
  return new SendError("cancelled", { phase: "queue", facts: { value } });
}

/** Whoever has the mail already must not get it again from a flow that sends it anew. */
function discarded(recipients: Outcome["recipients"]): SendError {
  const reached = recipients.some(({ state }) => state === "accepted") ? { recipients } : {};
  return new SendError("cancelled", { phase: "queue", facts: { value: "a person discarded it" }, ...reached });
}

/** The outcome as a result; throws SendError where nobody was sent it. */
export function resultOf(outcome: Outcome): SendResult {
  const { state, recipients, error, attempts, id, messageId, from, response, durationMs } = outcome;
  const { requestId, safeMode } = attempts.at(-1) ?? {};
  if (state !== "sent") throw error ?? discarded(recipients);
  return {
    state: recipients.every((recipient) => recipient.state === "accepted") ? "accepted" : "partial",
    id,
    messageId,
    envelope: { from, to: recipients.map(({ address }) => address) },
    recipients,
    response,
    ...(requestId === undefined ? {} : { requestId }),
    ...(safeMode ? { safeMode } : {}),
    attempts: attempts.length,
    unconfirmed: attempts.filter(({ outcome: each }) => each === "unconfirmed" || each === "interrupted").length,
    durationMs,
  };
}
