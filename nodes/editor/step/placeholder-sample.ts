/** `{{name}}`, `{{{name}}}`, `{{&name}}`, `{{#name}}`, `{{^name}}`, `{{/name}}`, and what is only begun. */
const TAG = /\{\{\{?\s*([#^/&>]?)\s*([^{}]*?)\s*(\}\}\}?|$|(?=\{))/g;

/** What the server looks up beside the message. */
const BESIDE = /^(?:(?:flow|global)(?:\[\w+\])?|env)\./;

/** What a value looks like, by the last part of its name. */
const VALUES: readonly (readonly [RegExp, unknown])[] = [
  [/(?:id|number|no|nr)$/i, 4711],
  [/mail$/i, "ann@example.com"],
  [/(?:url|link|page)$/i, "https://example.com/orders/4711"],
  [/name$/i, "Ann"],
  [/(?:total|price|amount|sum)$/i, "49.90"],
  [/(?:count|quantity|pieces)$/i, 2],
  [/(?:date|day)$/i, "2026-12-24"],
];

interface Tag {
  readonly kind: string;
  readonly name: string;
  readonly closed: boolean;
}

/** Other braces (`{{=<% %>=}}`) are only understood by the server. */
function tagsIn(text: string): Tag[] {
  if (text.includes("{{=")) return [];
  const meant = text.replace(/\{\{!.*?\}\}/gs, "");
  return [...meant.matchAll(TAG)].map(([, kind = "", name = "", end = ""]) => ({ kind, name, closed: end !== "" }));
}

/** The tag that is not closed, or closes nothing; undefined where there is none. */
export function looseTag(text: string): string | undefined {
  const open: Tag[] = [];
  for (const tag of tagsIn(text)) {
    const shown = `{{${tag.kind}${tag.name}`;
    if (!tag.closed) return shown;
    if (tag.kind === "#" || tag.kind === "^") open.push(tag);
    if (tag.kind === "/" && open.pop()?.name !== tag.name) return `${shown}}}`;
  }
  const last = open.at(-1);
  return last && `{{${last.kind}${last.name}}}`;
}

interface Section {
  readonly name: string;
  /** What its names are set in; undefined where nobody can know. */
  readonly inner: Record<string, unknown> | undefined;
  readonly outer: Record<string, unknown> | undefined;
  /** Whether each entry is a value itself: `{{.}}`. */
  plain: boolean;
}

/** Sets in a sample message what the placeholders of a text stand for, except what it has already. */
export function addPlaceholders(msg: Record<string, unknown>, text: string): void {
  const sections: Section[] = [];
  for (const { kind, name } of tagsIn(text)) {
    const section = sections.at(-1);
    const view = section ? section.inner : msg;
    if (kind === "#") {
      const inner = view && !BESIDE.test(name) ? {} : undefined;
      sections.push({ name, inner, outer: view, plain: false });
    } else if (kind === "^") sections.push({ name, inner: view, outer: undefined, plain: false });
    else if (kind === "/") endSection(sections.pop());
    else if (kind === "" || kind === "&") {
      if (name === "." && section) section.plain = true;
      else set(view, name, exampleOf(name));
    }
  }
}

function endSection(section: Section | undefined): void {
  if (!section?.outer || !section.inner) return;
  const { name, inner, outer, plain } = section;
  const list = plain ? [exampleOf(name)] : [inner];
  // Around nothing of its own it is a condition.
  set(outer, name, !plain && Object.keys(inner).length === 0 ? true : list);
}

function set(view: Record<string, unknown> | undefined, name: string, value: unknown): void {
  const path = name.split(".");
  if (!view || BESIDE.test(name) || path.some((key) => key === "" || key in {})) return;
  const last = path.pop() ?? "";
  let holder = view;
  for (const key of path) {
    holder[key] ??= {};
    const next = holder[key];
    if (typeof next !== "object" || next === null) return;
    holder = next as Record<string, unknown>;
  }
  holder[last] ??= value;
}

function exampleOf(name: string): unknown {
  const last = name.split(".").at(-1) ?? "";
  return VALUES.find(([pattern]) => pattern.test(last))?.[1] ?? last;
}
