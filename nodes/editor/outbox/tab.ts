import type { Action } from "../../../src/model/outbox-actions";
import type { EntryView, QueueView } from "../../../src/model/outbox-view";
import { element } from "../shared/elements";
import { ActionBar } from "./actions";
import { AllMatching } from "./all-matching";
import { chosenByMatching, chosenEntries } from "./chosen";
import { ConfigurationLines } from "./configuration-lines";
import { EntryList } from "./entry-list";
import { EntryLoader } from "./entry-loader";
import { createFilterBar } from "./filter-bar";
import { showHelp } from "./help";
import { Refresher } from "./refresher";
import { Rights } from "./rights";
import { act, askOverview, Refused, resume, type Target } from "./server";
import { StoryView } from "./story-view";
import { textsOf } from "./texts";
import { watchVisibility } from "./visibility";

/** The runtime says here that something changed; see nodes/runtime/outbox-watch.ts. */
const TOPIC = "post-office/outbox";

/** How long the words about the last action stand. */
const NOTE_MS = 10_000;

/** The sidebar's tab: configurations on top, mails below. */
export function createTab(translate: Translate): HTMLElement {
  const texts = textsOf(translate);
  const rights = new Rights(texts);
  const root = element("section", "po-outbox");
  root.setAttribute("aria-label", texts("name"));
  if (!rights.mayRead) {
    root.append(element("p", "po-notice", texts("not-readable")));
    return root;
  }
  const note = element("p", "po-note");
  note.setAttribute("role", "status");
  let fading = 0;
  const say = (words: string): void => {
    note.textContent = words;
    clearTimeout(fading);
    fading = window.setTimeout(() => note.replaceChildren(), NOTE_MS);
  };
  let queues: readonly QueueView[] = [];

  const lines = new ConfigurationLines(texts, rights, {
    open: openConfiguration,
    release: ({ queue, name }) => {
      resume(queue).then(() => done(texts("released-configuration", { name })), failed);
    },
    discard: ({ queue, counts }) => bar.ask("discard", chosenByMatching({ queue, states: [], search: "" }, counts)),
  });
  const empty = element("p", "po-empty");
  const loader = new EntryLoader({
    changed: (error) => {
      if (error) return failed(error);
      list.selection.keep(loader.entries.all());
      empty.hidden = !loader.isEmpty;
      list.draw();
      showChosen();
    },
  });
  const doTo = (action: Action, target: Target): void => {
    act(action, target).then((count) => done(texts.counted(`done.${action}`, count)), failed);
  };
  const bar = new ActionBar(texts, rights, doTo);
  const story = new StoryView(texts, rights, doTo, () => showStory(undefined));
  const list = new EntryList(loader.entries, texts, {
    selected: () => {
      all.clear();
      showChosen();
    },
    open: (entry) => showStory(entry),
    discard: () => bar.press("discard"),
    seen: (from, to) => loader.look(from, to),
  });
  const all = new AllMatching(texts, showChosen, failed);
  const count = element("p", "po-tally");
  function showChosen(): void {
    const { length, complete } = loader.entries;
    const chosen = list.selection.ids.length;
    // Whoever chose every mail that is loaded may mean those as well that are not.
    all.offer(loader.matching, !complete && length > 0 && chosen === length);
    bar.show(all.chosen ?? chosenEntries(list.selected));
    const shown = complete ? texts.counted("tally", length) : texts("tally-more", { n: texts.number(length) });
    const selected = all.size ?? chosen;
    count.textContent = selected > 0 ? `${shown} · ${texts("selected", { n: texts.number(selected) })}` : shown;
  }
  const filter = createFilterBar(texts, (wanted) => {
    empty.textContent = wanted.search || wanted.states.length > 0 ? texts("nothing-found") : texts("empty");
    list.selection.clear();
    all.clear();
    list.scrollToTop();
    loader.filter(wanted);
  });
  empty.textContent = texts("empty");
  empty.hidden = true;
  const help = element("button", "po-help", element("i", "fa fa-question-circle-o"));
  help.type = "button";
  help.title = texts("help");
  help.setAttribute("aria-label", texts("help"));
  help.addEventListener("click", () => showHelp(texts("name")));
  const mails = element(
    "div",
    "po-mails",
    filter,
    bar.element,
    empty,
    list.element,
    element("div", "po-foot", count, all.element, help),
  );
  const none = element("p", "po-notice", texts("no-configuration"));
  none.hidden = true;
  root.append(none, lines.element, note, mails, story.element);

  async function showQueues(): Promise<void> {
    queues = await askOverview();
    none.hidden = queues.length > 0;
    lines.show(queues);
  }
  const refresher = new Refresher(async () => {
    loader.refresh();
    // Both are heard out: where only one of them fails, the other is shown all the same.
    for (const part of await Promise.allSettled([story.refresh(), showQueues()]))
      if (part.status === "rejected") throw part.reason;
  }, failed);

  function done(words: string): void {
    say(words);
    list.selection.clear();
    all.clear();
    refresher.now();
  }
  function failed(error: Error): void {
    const { status, failure } = error instanceof Refused ? error : {};
    const reason = failure ? texts.cause(failure) : error.message;
    say(status === 404 ? texts("mail-gone") : texts("failed", { reason }));
  }
  function showStory(entry: EntryView | undefined): void {
    mails.hidden = entry !== undefined;
    lines.element.hidden = entry !== undefined;
    story.show(entry, queues.find(({ queue }) => queue === entry?.queue)?.name ?? "");
    if (entry) return;
    list.draw();
    list.focus();
  }

  RED.comms.subscribe(TOPIC, () => refresher.soon());
  watchVisibility(root, (visible) => {
    loader.pause(!visible);
    refresher.pause(!visible);
    if (visible) list.draw();
  });
  return root;
}

function openConfiguration(id: string): void {
  if (RED.nodes.node(id)) RED.editor.editConfig("", "smtp-config", id);
}
