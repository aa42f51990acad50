import type { EntryView } from "../../../src/model/outbox-view";
import { element } from "../shared/elements";
import { ROW_HEIGHT, renderRow } from "./entry-row";
import type { LoadedEntries } from "./loaded-entries";
import { Selection } from "./selection";
import type { Texts } from "./texts";

/** Rows above and below what is seen, so that scrolling shows no gaps. */
const SPARE = 8;

export interface ListEvents {
  selected(): void;
  open(entry: EntryView): void;
  discard(): void;
  /** These rows are seen now. */
  seen(from: number, to: number): void;
}

/** The mails, of which only those in view are in the page. */
export class EntryList {
  readonly element = element("div", "po-list");
  readonly selection = new Selection();
  readonly #sheet = element("div", "po-sheet");
  #rows = new Map<string, HTMLElement>();
  #frame = 0;

  constructor(
    private readonly entries: LoadedEntries,
    private readonly texts: Texts,
    private readonly events: ListEvents,
  ) {
    const list = this.element;
    list.tabIndex = 0;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-multiselectable", "true");
    list.setAttribute("aria-label", texts("list"));
    list.append(this.#sheet);
    this.#sheet.setAttribute("role", "presentation");
    list.addEventListener("scroll", () => this.#soon());
    list.addEventListener("keydown", (event) => this.#key(event));
    list.addEventListener("click", (event) => this.#click(event));
    list.addEventListener("dblclick", (event) => this.#open(this.#entryOf(event)));
    list.addEventListener("focus", () => this.draw());
    new ResizeObserver(() => this.#soon()).observe(list);
  }

  /** The selected entries that are still in the list. */
  get selected(): EntryView[] {
    return this.entries.all().filter(({ id }) => this.selection.has(id));
  }

  scrollToTop(): void {
    this.element.scrollTop = 0;
  }

  /** Shows what is in view, as it is now. */
  draw(): void {
    const { entries, element: list, selection } = this;
    const from = Math.max(0, Math.floor(list.scrollTop / ROW_HEIGHT) - SPARE);
    const to = Math.min(entries.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW_HEIGHT) + SPARE);
    this.#sheet.style.height = `${entries.length * ROW_HEIGHT}px`;
    const rows = new Map<string, HTMLElement>();
    for (let at = from; at < to; at++) {
      const entry = entries.at(at);
      if (!entry) continue;
      const row = renderRow(entry, this.texts, this.#rows.get(entry.id));
      const isSelected = selection.has(entry.id);
      row.setAttribute("aria-selected", String(isSelected));
      row.id = `post-office-entry-${entry.id}`;
      row.style.top = `${at * ROW_HEIGHT}px`;
      row.setAttribute("aria-posinset", String(at + 1));
      row.setAttribute("aria-setsize", String(entries.complete ? entries.length : -1));
      row.classList.toggle("po-current", entry.id === selection.current);
      rows.set(entry.id, row);
    }
    this.#put(rows);
    const current = rows.get(selection.current ?? "");
    if (current) list.setAttribute("aria-activedescendant", current.id);
    else list.removeAttribute("aria-activedescendant");
    this.events.seen(Math.min(from, entries.length), to);
  }

  /** Rows that stay are not taken out and put in again: a click on one must not lose it. */
  #put(rows: Map<string, HTMLElement>): void {
    for (const [id, row] of this.#rows) if (rows.get(id) !== row) row.remove();
    let next = this.#sheet.firstChild;
    for (const row of rows.values()) {
      if (row === next) next = row.nextSibling;
      else this.#sheet.insertBefore(row, next);
    }
    this.#rows = rows;
  }

  /** Shows the keyboard's row again after something else took the place of the list. */
  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  #soon(): void {
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      if (this.element.offsetParent) this.draw();
    });
  }

  #click(event: MouseEvent): void {
    const entry = this.#entryOf(event);
    if (!entry) return;
    const target = event.target as HTMLElement;
    if (target.closest(".po-opener")) {
      this.#open(entry);
      return;
    }
    if (event.shiftKey) this.selection.extendTo(entry.id, this.entries.all());
    else if (event.ctrlKey || event.metaKey || target.closest(".po-check")) this.selection.toggle(entry.id);
    else this.selection.only(entry.id);
    this.#changed();
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey) return;
    const { selection, entries } = this;
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW_HEIGHT) - 1);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const edges: Record<string, number> = { Home: 0, End: entries.length - 1 };
    const at = selection.current === undefined ? -1 : entries.indexOf(selection.current);
    const step = steps[event.key];
    const to = step === undefined ? edges[event.key] : Math.max(0, Math.min(entries.length - 1, at + step));
    const entry = to === undefined ? undefined : entries.at(to);
    const current = at < 0 ? undefined : entries.at(at);
    if (entry && to !== undefined) this.#move(entry, to, event);
    else if (event.key === "Enter" && current) this.#open(current);
    else if (event.key === " " && current) selection.toggle(current.id);
    else if (event.key === "Delete" && selection.ids.length > 0) this.events.discard();
    else if (event.key === "a" && (event.ctrlKey || event.metaKey)) selection.all(entries.all());
    else if (event.key === "Escape" && selection.ids.length > 0) selection.clear();
    else return;
    // The editor has shortcuts of its own for most of these.
    event.preventDefault();
    event.stopPropagation();
    this.#changed();
  }

  #move(entry: EntryView, at: number, { shiftKey, ctrlKey, metaKey }: KeyboardEvent): void {
    if (shiftKey) this.selection.extendTo(entry.id, this.entries.all());
    else if (ctrlKey || metaKey) this.selection.current = entry.id;
    else this.selection.only(entry.id);
    const { element: list } = this;
    const top = at * ROW_HEIGHT;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + ROW_HEIGHT > list.scrollTop + list.clientHeight)
      list.scrollTop = top + ROW_HEIGHT - list.clientHeight;
  }

  #open(entry: EntryView | undefined): void {
    if (!entry) return;
    this.selection.current = entry.id;
    this.events.open(entry);
  }

  #changed(): void {
    this.draw();
    this.events.selected();
  }

  #entryOf(event: Event): EntryView | undefined {
    const row = (event.target as HTMLElement).closest<HTMLElement>(".po-entry");
    return row ? this.entries.at(this.entries.indexOf(row.dataset.id ?? "")) : undefined;
  }
}
