/** A part of a mail as its bytes have it. Read without the package's own reader, and without mailparser, which hides the tree. */
export interface TreePart {
  readonly type: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly parts: readonly TreePart[];
  /** Of a part without parts: as it stands in the mail. */
  readonly body: string;
}

export function treeOf(mime: Buffer): TreePart {
  return partOf(mime.toString("latin1"));
}

/** Such as `mixed(alternative(text/plain html),application/pdf)`: types in their nesting. */
export function shapeOf({ type, parts }: TreePart): string {
  return parts.length === 0 ? type : `${type.replace("multipart/", "")}(${parts.map(shapeOf).join(",")})`;
}

export function leavesOf(part: TreePart): TreePart[] {
  return part.type.startsWith("multipart/") ? part.parts.flatMap(leavesOf) : [part];
}

/** The names of the header fields in their order, in lower case; folded lines are not names. */
export function headerNamesOf(mime: Buffer): string[] {
  return [...headOf(mime.toString("latin1")).matchAll(/^([!-9;-~]+):/gm)].map(([, name = ""]) => name.toLowerCase());
}

function headOf(source: string): string {
  const end = source.indexOf("\r\n\r\n");
  return end < 0 ? source : source.slice(0, end);
}

function partOf(source: string): TreePart {
  const head = source.startsWith("\r\n") ? "" : headOf(source);
  const body = source.slice(head === "" ? 2 : head.length + 4);
  const unfolded = head.replace(/\r\n[ \t]+/g, " ");
  const headers = new Map(
    unfolded.split("\r\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  const contentType = headers.get("content-type") ?? "text/plain";
  const [type = ""] = contentType.toLowerCase().split(/[;\s]/, 1);
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (!type.startsWith("multipart/") || boundary === undefined) return { type, headers, parts: [], body };
  const [, ...pieces] = `\r\n${body}`.split(`\r\n--${boundary}`);
  const last = pieces.findIndex((piece) => piece.startsWith("--"));
  if (last < 0) throw new Error(`${boundary} does not end`);
  return {
    type,
    headers,
    parts: pieces.slice(0, last).map((piece) => partOf(piece.replace(/^[ \t]*\r\n/, ""))),
    body: "",
  };
}
