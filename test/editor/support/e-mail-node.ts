import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FlowNode } from "../../support/node-red";

const runtime = `module.exports = (RED) => {
  function EmailNode(definition) {
    RED.nodes.createNode(this, definition);
  }
  RED.nodes.registerType("e-mail", EmailNode, {
    credentials: { userid: { type: "text" }, password: { type: "password" }, global: { type: "boolean" } },
  });
};
`;

const editor = `<script type="text/html" data-template-name="e-mail">
  <input type="text" id="node-input-name"><input type="text" id="node-input-userid">
  <input type="password" id="node-input-password">
</script>
<script type="text/javascript">
RED.nodes.registerType("e-mail", {
  category: "network",
  color: "#c7e9c0",
  defaults: {
    server: { value: "" }, port: { value: "465" }, authtype: { value: "BASIC" }, saslformat: { value: true },
    token: { value: "" }, secure: { value: true }, tls: { value: true }, name: { value: "" }, dname: { value: "" },
  },
  credentials: { userid: { type: "text" }, password: { type: "password" }, global: { type: "boolean" } },
  inputs: 1,
  outputs: 0,
  icon: "envelope.svg",
  label() { return this.dname || this.name || "email"; },
});
</script>
`;

/** A directory with a node of type `e-mail` that has the fields of node-red-node-email's and sends nothing. */
export function emailNodePackage(): { dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), "e-mail-node-"));
  writeFileSync(join(dir, "61-email.js"), runtime);
  writeFileSync(join(dir, "61-email.html"), editor);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** An e-mail node as the editor exports it. */
export function emailNode(id: string, properties: Partial<FlowNode> = {}): FlowNode {
  return {
    id,
    type: "e-mail",
    z: "tab1",
    server: "localhost",
    port: "465",
    authtype: "BASIC",
    saslformat: true,
    token: "oauth2Response.access_token",
    secure: true,
    tls: true,
    name: "",
    dname: "",
    x: 380,
    y: 60,
    wires: [],
    ...properties,
  };
}
