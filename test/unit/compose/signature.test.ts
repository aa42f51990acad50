import assert from "node:assert/strict";
import fc from "fast-check";
import { signedTextOf, signHtml, signText } from "../../../src/compose/signature/signature";
import { textFromHtml } from "../../../src/compose/text-from-html";
import { compose, sender } from "./composing";

const SIGNATURE = "Example & Sons\n<Sales>";
const BLOCK = '<div class="signature"><br>-- <br>Example &amp; Sons<br>&lt;Sales&gt;</div>';

describe("the signature of a text", () => {
  const before: [title: string, own: string, quote: string][] = [
    ["marked lines", "Yes.", "> Do you agree?\n> Ann"],
    ["marked lines and who wrote them", "Yes.", "On Monday, Ann wrote:\n> Do you agree?\n>\n> Ann\n"],
    ["the same in German", "Ja.", "Am 03.05.2027 um 10:12 schrieb Ann Beispiel:\n\n> Einverstanden?"],
    [
      "who wrote them in two lines",
      "Yes.\nGo on.",
      "On Mon, 3 May 2027 at 10:12 Ann Example\n<ann@example.com> wrote:\n> Do you agree?",
    ],
    ["marked lines with gaps and CRLF", "Yes.", "Ann wrote:\r\n\r\n> One\r\n\r\n>> Two\r\n\r\n"],
    [
      "Outlook's original message",
      "Yes.",
      "-----Original Message-----\nFrom: Ann <ann@example.com>\nSent: Monday\nTo: Bob\n\nDo you agree?\n-- \nAnn",
    ],
    ["the same in German", "Ja.", "-----Ursprüngliche Nachricht-----\r\nVon: Ann\r\nGesendet: Montag\r\n\r\nUnd?"],
    ["Outlook's line", "Yes.", `${"_".repeat(32)}\nVon: Ann Beispiel\nGesendet: Montag, 3. Mai 2027\n\nUnd?`],
    ["a forwarded message", "See below.", "---------- Forwarded message ---------\nFrom: Ann\nDate: Monday\n\nHello"],
    ["Outlook's original message that quotes", "Yes.", "-----Original Message-----\nFrom: A\nTo: B\n\nC wrote:\n> no"],
    ["marked lines alone", "", "> Do you agree?"],
  ];
  for (const [title, own, quote] of before) {
    it(`stands before ${title}`, () => {
      const text = own === "" ? quote : `${own}\n\n${quote}`;
      assert.equal(signText(text, { signature: SIGNATURE }), `${own}\n\n-- \n${SIGNATURE}\n\n${quote}`);
    });
  }

  const atEnd: [title: string, text: string][] = [
    ["no quote", "Hello"],
    ["an answer below the quote", "Ann wrote:\n> Do you agree?\n\nYes."],
    ["answers in between", "> One?\nYes.\n> Two?\nNo."],
    ["a line of dashes that nobody's name follows", "Report\n-----Original Message-----\nThe text was this."],
    ["a line of underscores in a report", `Totals\n${"_".repeat(40)}\nFrom here on: 5`],
    ["a field that is not alone", `${"_".repeat(40)}\nFrom: somewhere\nand then on`],
    ["nothing", ""],
  ];
  for (const [title, text] of atEnd) {
    it(`stands at the end with ${title}`, () => {
      assert.equal(signText(text, { signature: SIGNATURE }), `${text}\n\n-- \n${SIGNATURE}`);
    });
  }

  it("takes only the sentence that says who is quoted along", () => {
    const text = "Thanks!\nOn 3 May Ann wrote:\n> Hello";
    assert.equal(signText(text, { signature: "S" }), "Thanks!\n\n-- \nS\n\nOn 3 May Ann wrote:\n> Hello");
  });

  it("is not added where it is already", () => {
    for (const text of [
      `Hi\n\n-- \n${SIGNATURE}`,
      `Hi\n--\n${SIGNATURE}  \n\n`,
      `Hi\r\n\r\n-- \r\n${SIGNATURE.replace("\n", " \r\n")}\r\n`,
      `-- \n${SIGNATURE}`,
      `Hi\n\n-- \n${SIGNATURE}\n\nAnn wrote:\n> Hello`,
      `> Hello\n\nHi\n\n-- \n${SIGNATURE}`,
    ])
      assert.equal(signText(text, { signature: SIGNATURE }), text);
  });

  it("is added where only another one, or a quoted one, is there", () => {
    for (const text of [`Hi\n\n-- \n${SIGNATURE} Ltd`, `Hi\n\n${SIGNATURE}`, `Hi\n\n-- \nmore ${SIGNATURE}`])
      assert.ok(signText(text, { signature: SIGNATURE }).endsWith(`${text}\n\n-- \n${SIGNATURE}`), text);
    const quoted = `Hi\n\n> Hello\n> -- \n> Example & Sons\n> <Sales>`;
    assert.ok(signText(quoted, { signature: SIGNATURE }).startsWith(`Hi\n\n-- \n${SIGNATURE}\n\n> Hello`));
  });

  it("changes nothing else, and comes once however often it is added", () => {
    const pieces = fc.constantFrom(
      "a",
      "Ann wrote:",
      "> b",
      "\n",
      "\r\n",
      " ",
      "-- ",
      "-----Original Message-----",
      "From: x",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const text = parts.join("");
        const once = signText(text, { signature: "S" });
        assert.equal(signText(once, { signature: "S" }), once);
        const blanks = /\s/g;
        assert.equal(once.replace("-- \nS", "").replace(blanks, ""), text.replace("-- \nS", "").replace(blanks, ""));
      }),
      { numRuns: 500 },
    );
  });
});

describe("the signature of a HTML body", () => {
  const before: [title: string, own: string, quote: string][] = [
    ["a block quote", "<p>Yes.</p>", "<blockquote><p>Do you agree?</p></blockquote>"],
    [
      "a block quote, and nothing to see after it",
      "<p>Yes.</p>",
      "<blockquote>One<blockquote>Two</blockquote></blockquote><div><br></div>&nbsp;\n",
    ],
    [
      "Thunderbird's",
      "<p>Yes.</p>",
      '<div class="moz-cite-prefix">Am 03.05.27 um 10:12 schrieb Ann:<br></div><blockquote type="cite">Und?</blockquote>',
    ],
    [
      "Gmail's",
      '<div dir="ltr">Yes.</div><br>',
      '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">On Mon Ann wrote:<br></div><blockquote class="gmail_quote">Do you agree?<div>Ann</div></blockquote></div>',
    ],
    [
      "Outlook's, on the web",
      "<div>Yes.</div>",
      '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Ann</div><div>Do you agree?</div><p>-- <br>Ann</p>',
    ],
    [
      "Outlook's with its line",
      "<div>Yes.</div>",
      '<hr tabindex="-1"><div id=divRplyFwdMsg>From: Ann</div><table><tr><td>Hello</table>',
    ],
    ["a sentence that ends with a colon", "<p>Yes.</p>", "<p>Ann wrote:</p>\n<blockquote>Do you agree?</blockquote>"],
  ];
  for (const [title, own, quote] of before) {
    it(`stands before ${title}`, () => {
      for (const [start, end] of [
        ["", ""],
        ["<html><body>", "</body></html>"],
      ] as const) {
        const html = `${start}${own}${quote}${end}`;
        assert.equal(signHtml(html, { signature: SIGNATURE }), `${start}${own}${BLOCK}<br>${quote}${end}`);
      }
    });
  }

  const atEnd: [title: string, html: string][] = [
    ["no quote", "<p>Hi</p>"],
    ["an answer below the quote", "<blockquote>Do you agree?</blockquote><p>Yes.</p>"],
    ["a picture below the quote", '<blockquote>Hello</blockquote><img src="cid:a">'],
    [
      "Gmail's quote and an answer below it",
      '<div class="gmail_quote"><blockquote>?</blockquote></div><div>Yes.</div>',
    ],
    ["a quote in a comment", "<p>Hi</p><!-- <blockquote>x</blockquote> -->"],
    ["a mark in a style", "<p>Hi</p><style>.a::after { content: '<div id=\"appendonsend\">' }</style>"],
    ["a mark in an attribute", `<p title='<div id="appendonsend">'>Hi</p>`],
    ["other classes and ids", '<p>Hi</p><div class="quote"><p>x</p></div><div id="x_divRplyFwdMsg">y</div>'],
    ["a quote that is not closed", "<p>Hi</p><blockquote>x"],
    ["signs that are no tags", "<p>1 < 2 and <3 > 0"],
    ["nothing", ""],
  ];
  for (const [title, html] of atEnd) {
    it(`stands at the end with ${title}`, () => {
      assert.equal(signHtml(html, { signature: SIGNATURE }), html + BLOCK);
      assert.equal(signHtml(`<body>${html}</body>`, { signature: SIGNATURE }), `<body>${html}${BLOCK}</body>`);
    });
  }

  it("stands before the end of the body, not of one in a comment or a script", () => {
    const [first, last] = ["<body><p>Hi</p>", "</body><!-- </body> --><script>'</body>'</script>"];
    assert.equal(signHtml(first + last, { signature: SIGNATURE }), first + BLOCK + last);
  });

  it("is not added where it is already", () => {
    for (const html of [
      `<p>Hi</p>${BLOCK}`,
      `<body><p>Hi</p>${BLOCK}</body>`,
      '<p>Hi</p><div class="signature">Example &amp; Sons<br/>\n<b>&lt;Sales&gt;</b></div>',
      `<p>Hi</p>${BLOCK}<br><blockquote>Hello</blockquote>`,
    ])
      assert.equal(signHtml(html, { signature: SIGNATURE }), html);
  });

  it("is added where another one, or the same in the quote, is there", () => {
    const other = '<p>Hi</p><div class="signature">Example &amp; Daughters</div>';
    assert.equal(signHtml(other, { signature: SIGNATURE }), other + BLOCK);
    const quote = `<blockquote>Hello${BLOCK}</blockquote>`;
    assert.equal(signHtml(`<p>Hi</p>${quote}`, { signature: SIGNATURE }), `<p>Hi</p>${BLOCK}<br>${quote}`);
  });

  it("never becomes markup", () => {
    const signature = `<img src=x onerror=alert(1)>&amp;"'</div><script>`;
    const [block = ""] = signHtml("", { signature }).match(/^<div class="signature">.*<\/div>$/) ?? [];
    assert.deepEqual(block.match(/<[^>]*>/g), ['<div class="signature">', "<br>", "<br>", "</div>"]);
  });

  it("comes once however often it is added", () => {
    const tags = "<p> </p> <div> </div> <blockquote> </blockquote> <br> </body> <!-- --> x : <hr>".split(" ");
    const pieces = fc.constantFrom(
      ...tags,
      '<div class="gmail_quote">',
      '<div id="appendonsend">',
      "<script>",
      "</script>",
      BLOCK,
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const once = signHtml(parts.join(""), { signature: SIGNATURE });
        assert.equal(signHtml(once, { signature: SIGNATURE }), once);
      }),
      { numRuns: 500 },
    );
  });
});

describe("the signature of a text that is made from HTML", () => {
  it("stands where it stands in the HTML", () => {
    const html =
      '<p>Yes.</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: Ann</div><p>Do you agree?</p>';
    const text = signedTextOf(html, { signature: SIGNATURE }, textFromHtml);
    assert.match(text, /^Yes\.\n\n-- \nExample & Sons\n<Sales>\n\n[-\s]*From: Ann\s+Do you agree\?$/);
    const gmail =
      '<p>Yes.</p><div class="gmail_quote"><div class="gmail_attr">Ann wrote:</div><blockquote>Do you?</blockquote></div>';
    assert.match(
      signedTextOf(gmail, { signature: SIGNATURE }, textFromHtml),
      /^Yes\.\n\n-- \n.*\n<Sales>\n\nAnn wrote:\s+> Do you\?$/,
    );
  });

  it("is not added where the HTML has it", () => {
    const text = signedTextOf(`<p>Hi</p>${BLOCK}`, { signature: SIGNATURE }, textFromHtml);
    assert.match(text, /^Hi\s+--\s+Example & Sons\n<Sales>$/);
  });
});

describe("a reply with a configuration's signature", () => {
  it("has it in both parts, before what is quoted", async () => {
    const text = "Yes.\n\nAnn wrote:\n> Do you agree?";
    const html = "<p>Yes.</p><p>Ann wrote:</p><blockquote>Do you agree?</blockquote>";
    const { parsed } = await compose({ text, html }, { ...sender, signature: "S" });
    assert.equal(parsed.text?.trimEnd(), "Yes.\n\n-- \nS\n\nAnn wrote:\n> Do you agree?");
    assert.equal(
      parsed.html,
      '<p>Yes.</p><div class="signature"><br>-- <br>S</div><br><p>Ann wrote:</p><blockquote>Do you agree?</blockquote>',
    );
  });
});

describe("what is looked through for a quote may be anything", () => {
  const largest = ["\n", "<div>", "&nbsp;", " "];
  const hostile = [
    ...">,> ,:\n,\t \n,_,-,-----Original Message-----\nFrom: x\n,--\n,On 1 \n,<,</,<a,<a ,<a>,</div>,<p>:</p>".split(
      ",",
    ),
    ...`<!--,<!-- -->,<script>,<a b=",<a b='">,</body,</body>,<blockquote>,<p><blockquote>x</blockquote>`.split(","),
    ...'<hr>,<div class="signature">,<div class="gmail_quote">,<div id=,class= ,",< '.split(","),
  ];
  // Anything but linear would take minutes.
  const look = (piece: string, bytes: number): void => {
    const text = `x${piece.repeat(bytes / piece.length)}x`;
    signText(text, { signature: SIGNATURE });
    signHtml(text, { signature: SIGNATURE });
  };
  for (const piece of largest) it(`5 MB of ${JSON.stringify(piece)}`, () => look(piece, 5_000_000));
  it("500 KB of anything that begins, repeats or does not end", () => {
    for (const piece of hostile) look(piece, 500_000);
  });
});
