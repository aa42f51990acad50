import type { EntryView } from "../../../src/model/outbox-view";
import { element } from "../shared/elements";
import type { Texts } from "./texts";

/** In pixels; the style sheet gives rows the same. */
export const ROW_HEIGHT = 46;

const MARKS: Readonly<Record<EntryView["state"], string>> = {
  queued: "○",
  sending: "↗",
  deferred: "↻",
  held: "‖",
  sent: "✔",
  dead: "✖",
  cancelled: "–",
};

/** One line of the list: to whom, what, and what it is doing. `before` is given back where nothing of it changed. */
export function renderRow(entry: EntryView, texts: Texts, before?: HTMLElement): HTMLElement {
  const state = stateOf(entry, texts);
  const words = [recipientsOf(entry, texts), entry.subject || texts("no-subject"), state];
  const title = words.join("\n");
  if (before?.title === title && before.dataset.state === entry.state) return before;
  const mark = element("span", "po-mark", MARKS[entry.state]);
  mark.setAttribute("aria-hidden", "true");
  const check = element("i", "po-check fa");
  const opener = element("i", "po-opener fa fa-angle-right");
  for (const icon of [check, opener]) icon.setAttribute("aria-hidden", "true");
  const first = element("span", "", words[0]);
  const time = element("span", "po-time", texts.time(entry.queuedAt));
  const second = element("span", "po-second", words[1]);
  const doing = element("span", "po-state", mark, ` ${state}`);
  const lines = element("div", "po-entry-lines", element("div", "", first, time), element("div", "", second, doing));
  const row = element("div", "po-entry", check, lines, opener);
  row.setAttribute("role", "option");
  row.dataset.id = entry.id;
  row.dataset.state = entry.state;
  row.title = title;
  return row;
}

function recipientsOf({ recipients }: EntryView, texts: Texts): string {
  const [first] = recipients;
  const more = recipients.length - 1;
  return more > 0 ? texts("more-recipients", { first: first?.address ?? "", n: more }) : (first?.address ?? "");
}

/** What the mail is doing, in words. */
export function stateOf(entry: EntryView, texts: Texts): string {
  const last = entry.attempts.at(-1);
  const why = last?.response || (last?.code ? texts.label(last.code) : "");
  const words = why ? ` · ${why}` : "";
  if (entry.state === "deferred") {
    if (last?.outcome === "postponed") return texts("state.postponed") + words;
    const isAhead = entry.nextAttemptAt > Date.now();
    return (
      (isAhead ? texts("state.retry-at", { at: texts.time(entry.nextAttemptAt) }) : texts("state.deferred")) + words
    );
  }
  if (entry.state === "sent" && last?.safeMode) return texts(`state.sent-${last.safeMode}`);
  const showsWhy = entry.state === "dead" || entry.state === "held";
  return texts(`state.${entry.state}`) + (showsWhy ? words : "");
}
