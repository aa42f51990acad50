import type MailComposer from "nodemailer/lib/mail-composer";

type Node = ReturnType<MailComposer["compile"]>;

/**
 * Puts the alternatives within what is related to them: mixed > related > alternative (RFC 2387), which is how
 * mail programs write it themselves. nodemailer has the pictures within the last alternative.
 */
export function withRelatedOutside(root: Node): Node {
  const outer = [root, ...root.childNodes].find((node) => isOf(node, "alternative"));
  const inner = outer?.childNodes.find((node) => isOf(node, "related"));
  if (!outer || !inner) return root;
  const [html, ...pictures] = inner.childNodes;
  const alternatives = outer.childNodes
    .map((node) => (node === inner ? html : node))
    .filter((node) => node !== undefined);
  // The nodes change places by changing their types: the outer one may be the root, which has the mail's own fields.
  outer.setHeader("Content-Type", 'multipart/related; type="multipart/alternative"');
  inner.setHeader("Content-Type", "multipart/alternative");
  adopt(inner, alternatives);
  adopt(outer, [inner, ...pictures]);
  return root;
}

function isOf(node: Node, kind: string): boolean {
  return String(node.getHeader("Content-Type")).toLowerCase().startsWith(`multipart/${kind}`);
}

function adopt(parent: Node, children: readonly Node[]): void {
  parent.childNodes = [...children];
  for (const child of children) child.parentNode = parent;
}
