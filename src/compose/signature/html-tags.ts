/** A tag of a HTML document, by its places in the text. */
export interface HtmlTag {
  /** In lower case. */
  readonly name: string;
  readonly closing: boolean;
  /** What stands between its name and its end. */
  readonly attributes: string;
  readonly start: number;
  /** Whether anything that a person would see stands between the tag before and this one. */
  readonly afterText: boolean;
  /** The last character of that; empty where there is none. */
  readonly lastCharacter: string;
}

/** Their content is no markup: what looks like a tag in them is none (HTML §13.1.2). */
const RAW_TEXT = new Set(["script", "style", "textarea", "title", "xmp", "noscript", "iframe"]);
const NAME = /[a-z][^\s/>]*/iy;
const NO_BREAK_SPACE = /&(?:nbsp|#160|#xa0);/gi;

/**
 * The tags of a document in their order, without those in comments and scripts; the last one, without
 * a name, is its end. Ends early where a comment or a tag is not closed, as everything after it is part of it.
 * In time that grows with the document's length only, whatever is in it.
 */
export function* tagsOf(html: string): Generator<HtmlTag> {
  let textFrom = 0;
  let [afterText, lastCharacter] = [false, ""];
  const see = (to: number): void => {
    const text = html.slice(textFrom, to).replace(NO_BREAK_SPACE, " ").trimEnd();
    if (text !== "") [afterText, lastCharacter] = [true, text.slice(-1)];
  };
  for (let open = html.indexOf("<"); open >= 0; ) {
    if (html.startsWith("<!--", open)) {
      see(open);
      const end = html.indexOf("-->", open + 4);
      if (end < 0) return;
      textFrom = end + 3;
      open = html.indexOf("<", textFrom);
      continue;
    }
    const closing = html[open + 1] === "/";
    NAME.lastIndex = open + (closing ? 2 : 1);
    const name = NAME.exec(html)?.[0].toLowerCase();
    if (name === undefined) {
      // A sign of its own, or a declaration, which has no quotes that hide its end.
      open = html.indexOf("<", open + 1);
      continue;
    }
    see(open);
    const end = endOfTag(html, NAME.lastIndex);
    if (end < 0) return;
    yield { name, closing, attributes: html.slice(NAME.lastIndex, end), start: open, afterText, lastCharacter };
    [afterText, lastCharacter] = [false, ""];
    textFrom = !closing && RAW_TEXT.has(name) ? endOfRaw(html, end + 1, name) : end + 1;
    open = html.indexOf("<", textFrom);
  }
  see(html.length);
  yield { name: "", closing: true, attributes: "", start: html.length, afterText, lastCharacter };
}

/** The place of the `>` that is not part of an attribute's value; -1 where there is none. */
function endOfTag(html: string, from: number): number {
  let last = "";
  for (let at = from; at < html.length; at++) {
    const character = html[at] as string;
    if (character === ">") return at;
    if ((character === '"' || character === "'") && last === "=") {
      at = html.indexOf(character, at + 1);
      if (at < 0) return -1;
    }
    if (character.trim() !== "") last = character;
  }
  return -1;
}

function endOfRaw(html: string, from: number, name: string): number {
  const end = new RegExp(`</${name}`, "gi");
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

/** Whether one of an attribute's words is this one. */
export function hasWord(attributes: string, attribute: "class" | "id", word: string): boolean {
  const found = new RegExp(`(?:^|\\s)${attribute}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, "i").exec(attributes);
  return (found?.[1] ?? found?.[2] ?? found?.[3] ?? "").split(/\s+/).includes(word);
}
