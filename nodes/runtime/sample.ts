import type { Node, NodeAPI } from "node-red";
import type { Clock } from "../../src/model/clock";
import { findingOf } from "../../src/model/probe-log";
import type { SampleMail, SampleReport } from "../../src/model/sample";
import { SendError } from "../../src/model/send-error";
import type { MailSettings } from "../../src/settings/parse";
import type { Problem } from "../../src/settings/rules";
import { NOT_OF_THE_MAIL, type RawSendEmail, TYPED_FIELDS, type TypedField } from "../../src/settings/send-email-raw";
import { configurationFor } from "./configuration-for";
import { draftOf } from "./draft-from-message";
import { resolveEnvironmentWith } from "./environment";
import { linkServingOf, rootOf } from "./links";
import { loadMailer } from "./load-mailer";
import { machine } from "./machine";
import { fillPlaceholders } from "./placeholders";
import { evaluatingNode } from "./sample-node";
import type { SampleRequest } from "./sample-request";
import { unexpected } from "./step";
import { evaluateFields, type TypedValues } from "./typed-values";

/** How long a preview may become that no configuration limits. */
const MOST_BYTES = 50_000_000;

export type SampleAnswer =
  | { readonly status: 200; readonly body: SampleReport }
  | { readonly status: 400; readonly body: { readonly problems: readonly Problem[] } }
  | { readonly status: 409; readonly body: { readonly busy: true; readonly message: string } };

/** One preview or test; what is known of it so far is told even where it fails. */
export class Sample {
  #known: Pick<SampleReport, "configuration" | "mail" | "warning" | "safeMode" | "empty" | "missing"> = {
    empty: [],
    missing: [],
  };
  /** `${NAME}` resolved, once it is evaluated. */
  #definition: RawSendEmail;
  readonly #node: Node;

  constructor(
    private readonly RED: NodeAPI,
    private readonly request: SampleRequest,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {
    this.#definition = request.definition;
    this.#node = evaluatingNode(RED, request.id, request.flow, request.definition.name);
  }

  /** `sending`: the configurations that a test is being sent with. */
  async answer(sending: Set<string>): Promise<SampleAnswer> {
    try {
      const { accessToken, configurationName, dedupeKey: _, ...read } = await this.#evaluate();
      const effective = this.#effective(configurationName);
      const values = await this.#fill(read, effective.settings?.maxBytes ?? MOST_BYTES);
      const draft = draftOf(this.#definition, values, this.request.msg.filename);
      return this.request.preview
        ? this.#preview(draft, effective)
        : await this.#send(draft, effective, accessToken, sending);
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #evaluate(): Promise<TypedValues> {
    const { RED, request } = this;
    this.#definition = resolveEnvironmentWith(RED, this.#node, request.definition);
    // A context store that never answers must not keep the test for ever.
    const values = await beforeAbort(evaluateFields(RED, this.#node, this.#definition, request.msg), this.signal);
    this.#known = { ...this.#known, empty: emptyFields(this.#definition, values) };
    return values;
  }

  async #fill(read: TypedValues, maxBytes: number): Promise<TypedValues> {
    const work = fillPlaceholders(this.RED, this.#node, this.#definition, read, this.request.msg, maxBytes);
    const { values, missing } = await beforeAbort(work, this.signal);
    this.#known = { ...this.#known, missing };
    return values;
  }

  #preview(draft: Draft, { configuration, settings, error }: Effective): SampleAnswer {
    this.#know({ configuration, settings, mail: this.#shown(draft, settings) });
    return report({ outcome: "passed", ...this.#known, ...(error ? { finding: findingOf(error) } : {}) });
  }

  async #send(
    draft: Draft,
    { configuration, id, settings, error, held }: Effective,
    accessToken: unknown,
    sending: Set<string>,
  ): Promise<SampleAnswer> {
    this.#know({ configuration, settings });
    if (!settings) throw error;
    const { readTestAddress, sendSample } = loadMailer();
    const to = readTestAddress(this.request.to, "testTo", settings);
    if ("problem" in to) return { status: 400, body: { problems: [to.problem] } };
    this.#know({ configuration, settings, mail: this.#shown(draft, settings) });
    // A login that was refused is not tried once more: that is how accounts are locked.
    if (held) return report({ outcome: "failed", ...this.#known, finding: findingOf(held), held: true });
    if (sending.has(id)) {
      const message = "A test with this configuration is already running.";
      return { status: 409, body: { busy: true, message } };
    }
    sending.add(id);
    try {
      const dependencies = { ...machine, clock: this.clock, ...linkServingOf(this.RED) };
      const sent = await sendSample(settings, draft, to.address, dependencies, this.signal, accessToken);
      return report({ outcome: "passed", ...this.#known, sent });
    } finally {
      sending.delete(id);
    }
  }

  #shown(draft: Draft, settings: MailSettings | undefined): SampleReport["mail"] {
    const place = { root: rootOf(this.RED), now: this.clock.now() };
    return loadMailer().readSample(draft, settings, place);
  }

  #effective(asked: unknown): Effective {
    let id = "";
    let configuration: string | undefined;
    try {
      const node = configurationFor(this.RED, this.#node, this.#definition, asked);
      id = node.id;
      configuration = node.name || node.id;
      const settings = node.settings();
      const standing = node.standing();
      return { id, configuration, settings, ...(standing.state === "held" ? { held: standing.error } : {}) };
    } catch (error) {
      if (!(error instanceof SendError)) throw error;
      return { id, ...(configuration === undefined ? {} : { configuration }), error };
    }
  }

  #failed(error: unknown): SampleAnswer {
    const finding = findingOf(error instanceof SendError ? error : unexpected());
    return report({ outcome: "failed", ...this.#known, finding });
  }

  #know({ configuration, settings, mail }: Known): void {
    const named = configuration === undefined ? {} : { configuration };
    const kept = settings && settings.safeMode !== "send" ? { safeMode: settings.safeMode } : {};
    const warning = mail && misalignmentOf(mail, settings);
    this.#known = { ...this.#known, ...named, ...kept, ...(mail ? { mail } : {}), ...(warning ? { warning } : {}) };
  }
}

/** The step's own sender may be at another domain than the one that the configuration signs for. */
function misalignmentOf({ from }: SampleMail, settings: MailSettings | undefined): SampleReport["warning"] {
  if (!from || !settings || !("dkim" in settings) || !settings.dkim) return undefined;
  return loadMailer().misalignment(settings.dkim, from.address);
}

type Draft = ReturnType<typeof draftOf>;

const report = (body: SampleReport): SampleAnswer => ({ status: 200, body });

interface Known {
  readonly configuration: string | undefined;
  readonly settings: MailSettings | undefined;
  readonly mail?: SampleReport["mail"];
}

interface Effective {
  readonly id: string;
  readonly configuration?: string;
  /** Absent where it cannot be used; `error` says why. */
  readonly settings?: MailSettings;
  readonly error?: SendError;
  /** Why all its mails wait for a person. */
  readonly held?: SendError;
}

function emptyFields(definition: RawSendEmail, values: TypedValues): string[] {
  return TYPED_FIELDS.filter((field) => {
    const looked = definition[field] !== "" && definition[`${field}Type`] !== "str" && field in values;
    return (
      looked &&
      !(NOT_OF_THE_MAIL as readonly TypedField[]).includes(field) &&
      [undefined, null, ""].includes(values[field] as never)
    );
  });
}

function beforeAbort<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}
