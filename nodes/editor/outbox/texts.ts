import type { FailureView } from "../../../src/model/outbox-view";
import { causeOf, remedyOf } from "../../../src/model/translation";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Texts {
  (key: string, values?: Record<string, string | number>): string;
  /** One text for one, another for any other number. */
  counted(key: string, n: number, values?: Record<string, string | number>): string;
  number(n: number): string;
  /** The time of day; with the date where it is not today. */
  time(at: number): string;
  /** Date and time to the second. */
  moment(at: number): string;
  /** A failure in two or three words. */
  label(code: string): string;
  cause(failure: Pick<FailureView, "reason" | "cause" | "facts">): string;
  remedy(failure: FailureView): string;
}

/** The texts of a node of this package. */
function of(type: string): Translate {
  return (key, values) => RED._(`@post-office/node-red-email/${type}:${key}`, values);
}

/** The tab's texts: keys are without the catalogue's name. */
export function textsOf(translate: Translate): Texts {
  const language = RED.i18n.lang();
  const text = (key: string, values?: Record<string, string | number>) => translate(`outbox-tab.${key}`, values);
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
  const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  return Object.assign(text, {
    counted: (key: string, n: number, values = {}) =>
      text(`${key}-${n === 1 ? "one" : "many"}`, { n: number.format(n), ...values }),
    number: (n: number) => number.format(n),
    time: (at: number) => {
      const isNear = Math.abs(Date.now() - at) < DAY_MS && new Date(at).getDate() === new Date().getDate();
      return isNear ? time.format(at) : `${day.format(at)} ${time.format(at)}`;
    },
    moment: (at: number) => moment.format(at),
    label: (code: FailureView["code"]) => {
      // The step's catalogue has them for its status line.
      const key = `send-email.status.code.${code}`;
      const label = of("send-email")(key);
      return label.endsWith(key) ? code : label;
    },
    cause: (failure: Pick<FailureView, "reason" | "cause" | "facts">) => causeOf(of("smtp-config"), failure),
    remedy: (failure: FailureView) => remedyOf(of("smtp-config"), failure),
  });
}
