import { convert, type FormatCallback } from "html-to-text";

/** The plain text of an HTML body, for readers and filters that want one. */
export function textFromHtml(html: string): string {
  return convert(html, {
    wordwrap: false,
    formatters: { row },
    selectors: [
      { selector: "img", format: "skip" },
      { selector: "a", options: { hideLinkHrefIfSameAsText: true, ignoreHref: false } },
      { selector: "h1", options: { uppercase: false } },
      { selector: "h2", options: { uppercase: false } },
      { selector: "h3", options: { uppercase: false } },
      // Not the library's table format: most mails are laid out with tables in tables.
      { selector: "tr", format: "row" },
    ],
  });
}

/** The cells of a row in one line, set apart. */
const row: FormatCallback = ({ children }, walk, builder) => {
  const cells = children.filter(({ name }) => name === "td" || name === "th");
  builder.openBlock({ leadingLineBreaks: 1 });
  for (const [at, cell] of cells.entries()) {
    if (at > 0) builder.addLiteral("  ");
    walk(cell.children, builder);
  }
  builder.closeBlock({ trailingLineBreaks: 1 });
};
