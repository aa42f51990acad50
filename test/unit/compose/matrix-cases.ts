/** What a mail is made of: every combination of these is one case. */
const BODIES = ["text", "html", "both", "neither"] as const;
const PICTURES = ["no picture", "a picture that is shown", "a picture that is not shown"] as const;
const ATTACHMENTS = ["nothing", "one", "two of a name", "an empty one", "three types"] as const;
const SIGNATURES = ["", "Example & Söhne\n<Sales> ünd 東京"] as const;

export interface Structure {
  readonly title: string;
  readonly body: (typeof BODIES)[number];
  readonly picture: (typeof PICTURES)[number];
  readonly attached: (typeof ATTACHMENTS)[number];
  readonly signature: string;
}

export const STRUCTURES: readonly Structure[] = BODIES.flatMap((body) =>
  PICTURES.flatMap((picture) =>
    ATTACHMENTS.flatMap((attached) =>
      SIGNATURES.map((signature) => ({
        title: [body, picture, attached, signature && "signature"].filter(Boolean).join(", "),
        ...{ body, picture, attached, signature },
      })),
    ),
  ),
).filter(({ body, picture, attached }) => body !== "neither" || picture !== "no picture" || attached !== "nothing");

/** Names and subjects: they go into headers and parameters. */
export const LINES: Readonly<Record<string, string>> = {
  plain: "Monthly report",
  umlauts: "Größe über Maß",
  "right to left": "تقرير شهري – דוח חודשי",
  "both directions": "Rechnung \u202bחשבונית\u202c 12",
  emoji: "Grüße 👩‍👩‍👧‍👦 🏳️‍🌈 🎉",
  "combining characters": "Cafe\u0301 Zu\u0308rich n\u0303 \u1100\u1161\u11a8",
  CJK: "月次報告書 월간 보고서 每月报告",
  quotes: `Ann "the boss" O'Brien`,
  backslashes: "C:\\reports\\new \\",
  percent: "100%25 %E4%F6 off; a=b",
  "an encoded word's lookalike": "=?utf-8?Q?Evil=0D=0ABcc:_x?= Ann",
  "another lookalike": "=?UTF-8?B?RXZpbA==?=",
  "half a lookalike": "=?utf-8?Q?half",
  "signs that mean something": "a, b; c: <d> (e) [f] @ g",
  "dots and dashes": "...--boundary--...",
  "very long": `${"Übersicht ".repeat(40)}Ende`,
  "very long, without a space": "長".repeat(250),
  "very long ASCII": "report ".repeat(70).trim(),
};

/** Bodies. mailparser gives line ends as LF, and so do these, unless they are about line ends. */
export const TEXTS: Readonly<Record<string, string>> = {
  plain: "Hello\nWorld",
  "any script": Object.values(LINES).join("\n"),
  "lines above 998 bytes": `${"x".repeat(5000)}\n${"ü".repeat(3000)}\n${"word ".repeat(1000)}end`,
  "one ASCII line above 998 bytes": "y".repeat(1200),
  "dots and From": ".\n..\n.hidden\nFrom here on\n>From there\n.\r\nQUIT",
  "trailing spaces and tabs": "a  \nb\t\n   \n -- \n-- \nc ",
  "bare CR and LF": "a\rb\nc\r\nd\r\re\n\rf",
  "what quoted-printable escapes": "=3D = =\n=41=?utf-8?Q?x?= ü",
  boundaries: "--_NmP-1-Part_1\n--_NmP-1-Part_1--\nContent-Type: text/html\n\n<b>",
  "control characters": "bell \u0007 null \u0000 escape \u001b[1m nel \u0085 ls \u2028 bom \ufeff",
  "line ends only": "\n\n\nx\n\n",
  "emoji at every place of a line": Array.from({ length: 80 }, (_, at) => `${"a".repeat(at)}👩‍👧`).join("\n"),
};

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452ff00fe01", "hex");
const BYTES = Buffer.from(Array.from({ length: 700 }, (_, at) => (at * 7) % 256));
export const LATIN1 = Buffer.from("Größe über Maß\r\n.\r\nFrom x\r", "latin1");

interface Expected {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
  readonly contentDisposition: "inline" | "attachment";
  readonly cid: string | undefined;
}

/** The attachments of a case, and what they are to arrive as. */
export function attachmentsOf(
  { picture, attached, body }: Structure,
  name: string,
): { given: object[]; expected: Expected[] } {
  const file = (filename: string, contentType: string, content: Buffer): [object, Expected] => [
    { filename, content },
    { filename, contentType, content, contentDisposition: "attachment", cid: undefined },
  ];
  const shown = picture === "a picture that is shown" && (body === "html" || body === "both");
  const image: [object, Expected] = [
    { filename: `${name}.png`, content: PNG, cid: "logo@example.com" },
    {
      ...{ filename: `${name}.png`, contentType: "image/png", content: PNG },
      ...(shown
        ? { contentDisposition: "inline", cid: "logo@example.com" }
        : { contentDisposition: "attachment", cid: undefined }),
    } as Expected,
  ];
  const lists: Record<Structure["attached"], [object, Expected][]> = {
    nothing: [],
    one: [file(`${name}.pdf`, "application/pdf", BYTES)],
    "two of a name": [
      file(`${name}.pdf`, "application/pdf", BYTES),
      [{ filename: `${name}.pdf`, content: LATIN1 }, { ...file(`${name} (2).pdf`, "application/pdf", LATIN1)[1] }],
    ],
    "an empty one": [file(`${name}.txt`, "text/plain", Buffer.alloc(0))],
    "three types": [
      file(`${name}.csv`, "text/csv", LATIN1),
      file(`${name}.zip`, "application/zip", BYTES),
      file(`${name}.json`, "application/json", Buffer.from("[1]\n\r.")),
    ],
  };
  const all = [...(picture === "no picture" ? [] : [image]), ...lists[attached]];
  return { given: all.map(([one]) => one), expected: all.map(([, one]) => one) };
}

/** The nesting that a case is to have (RFC 2046 §5.1, RFC 2387): mixed > related > alternative. */
export function shapeFor({ body, picture, signature }: Structure, expected: readonly Expected[]): string {
  const related = expected.filter(({ cid }) => cid !== undefined).map(({ contentType }) => contentType);
  const attached = expected.filter(({ cid }) => cid === undefined).map(({ contentType }) => contentType);
  const text = body === "neither" && signature === "" ? undefined : "text/plain";
  const alternatives = "alternative(text/plain,text/html)";
  const html = related.length > 0 ? `related(${alternatives},${related.join(",")})` : alternatives;
  const content = body === "html" || body === "both" ? html : text;
  if (picture === "no picture" && attached.length === 0) return content ?? "text/plain";
  const parts = [content, ...attached].filter((part) => part !== undefined);
  return parts.length === 1 ? (parts[0] as string) : `mixed(${parts.join(",")})`;
}

/** The fields of a case's body. */
export function bodyOf({ body, picture }: Structure, text: string): { text: string | undefined; html?: string } {
  const image = picture === "a picture that is shown" ? '<img src="cid:logo@example.com">' : "";
  const html = `<html><body><p title="ü">${text.replace(/&/g, "&amp;").replace(/</g, "&lt;")}</p>${image}</body></html>`;
  return {
    ...(body === "text" || body === "both" ? { text } : { text: undefined }),
    ...(body === "html" || body === "both" ? { html } : {}),
  };
}
