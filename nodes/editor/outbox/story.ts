import type { AttemptView, EntryView } from "../../../src/model/outbox-view";
import { element } from "../shared/elements";
import { stateOf } from "./entry-row";
import type { Texts } from "./texts";

/** Everything that is known of a mail but its body. */
export function renderStory(entry: EntryView, configuration: string, texts: Texts): HTMLElement {
  const facts = element("dl", "po-facts");
  const fact = (name: string, ...value: (Node | string)[]): void => {
    facts.append(element("dt", "", texts(`story.${name}`)), element("dd", "", ...value));
  };
  fact("state", stateOf({ ...entry, attempts: [] }, texts));
  if (configuration) fact("configuration", configuration);
  fact("from", entry.from || "<>");
  fact("queued", texts.moment(entry.queuedAt));
  fact("message-id", element("code", "", entry.messageId));
  fact("size", texts("kilobytes", { n: texts.number(Math.max(0.1, entry.sizeBytes / 1024)) }));
  const recipients = element("ul", "po-recipients");
  for (const { address, state, answer } of entry.recipients) {
    const said = answer?.response ? element("q", "", answer.response) : undefined;
    const item = element("li", "", element("span", "po-address", address), ` ${texts(`recipient.${state}`)}`, said);
    item.dataset.state = state;
    recipients.append(item);
  }
  const attempts = element("ol", "po-attempts");
  attempts.append(...[...entry.attempts].reverse().map((attempt) => renderAttempt(attempt, texts)));
  const none = entry.attempts.length === 0 ? element("p", "po-hint", texts("story.no-attempts")) : undefined;
  return element(
    "div",
    "",
    element("h4", "", entry.subject || texts("no-subject")),
    facts,
    element("h5", "", texts("story.recipients")),
    recipients,
    element("h5", "", texts("story.attempts")),
    attempts,
    none,
  );
}

function renderAttempt({ at, ms, outcome, code, response, requestId }: AttemptView, texts: Texts): HTMLElement {
  const what = texts(`outcome.${outcome}`);
  // What was only put off would read as refused for good.
  const label = code && !["deferred", "partial"].includes(outcome) ? ` · ${texts.label(code)}` : "";
  const time = element("span", "po-time", texts.moment(at));
  const head = element("div", "", time, element("b", "", what), label);
  const took = element("span", "po-hint", ` ${texts("took", { n: texts.number(ms / 1000) })}`);
  head.append(took);
  const item = element("li", "", head, response ? element("q", "", response) : undefined);
  if (code) item.append(element("code", "po-code", code));
  if (requestId) item.append(element("div", "po-hint", texts("request-id", { id: requestId })));
  item.dataset.outcome = outcome;
  return item;
}
