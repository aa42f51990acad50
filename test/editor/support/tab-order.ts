import type { Page } from "playwright-core";

export interface TabStop {
  /** What the control is, in a word or two. */
  what: string;
  /** Whether a person sees that it has the focus. */
  seen: boolean;
  box: { top: number; bottom: number; left: number; right: number };
}

/** More is an endless round. */
const MOST = 150;

/** The controls of a part of the page in the order in which the tabulator visits them, from its first to its end. */
export async function tabStops(page: Page, part: string): Promise<TabStop[]> {
  await page.locator(part).evaluate(watchFocus);
  await page.evaluate((root) => {
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.querySelector(root)?.before(start);
    start.focus();
  }, part);
  const stops: TabStop[] = [];
  while (stops.length < MOST) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(readFocus, part);
    if (!stop) return stops;
    stops.push(stop);
  }
  throw new Error(`The focus never leaves ${part}: ${stops.map(({ what }) => what).join(", ")}`);
}

/** Remembers how everything looks without the focus. */
function watchFocus(root: Element): void {
  (document.activeElement as HTMLElement | null)?.blur();
  const looks = new WeakMap<Element, string>();
  (globalThis as unknown as { looks: typeof looks }).looks = looks;
  for (const part of [root, ...root.querySelectorAll("*")]) {
    const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(part);
    looks.set(part, [outline, boxShadow, borderColor, backgroundColor].join());
  }
}

/** What has the focus; undefined where that is outside the part. */
function readFocus(part: string): TabStop | undefined {
  const at = document.activeElement as HTMLElement | null;
  const root = document.querySelector(part);
  if (!at || !root?.contains(at)) return undefined;
  const { looks } = globalThis as unknown as { looks: WeakMap<Element, string> };
  let seen = false;
  // A radio button shows by its label, a typed input by the frame around it, a list by its current row.
  for (const shown of [at, at.parentElement, at.parentElement?.parentElement, at.querySelector(".po-current")]) {
    if (!shown) continue;
    const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(shown);
    const before = looks.get(shown);
    if (before !== undefined && before !== [outline, boxShadow, borderColor, backgroundColor].join()) seen = true;
  }
  const label = at.closest("label") ?? at;
  const { top, bottom, left, right } = label.getBoundingClientRect();
  let begin = root.getBoundingClientRect().top;
  for (let around = label.parentElement; around && root.contains(around); around = around.parentElement)
    begin -= around.scrollTop;
  const name = at.id || at.dataset.action || at.className || at.tagName;
  return {
    what: `${name} ${(label.textContent ?? "").trim().slice(0, 30)}`.trim(),
    seen,
    box: { top: top - begin, bottom: bottom - begin, left, right },
  };
}

/** Stops that come before one that a person reads first: further up, or in the same line further left. */
export function againstReading(stops: readonly TabStop[]): string[] {
  return stops.slice(1).flatMap((stop, at) => {
    const before = stops[at] as TabStop;
    const isAbove = stop.box.bottom <= before.box.top + 1;
    const isBeside = stop.box.top < before.box.bottom && stop.box.bottom > before.box.top;
    const isLeft = isBeside && stop.box.right <= before.box.left + 1;
    return isAbove || isLeft ? [`${before.what} before ${stop.what}`] : [];
  });
}
