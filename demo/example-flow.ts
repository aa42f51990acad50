import type { Login } from "./inbox/smtp";

export interface FlowNode {
  id: string;
  type: string;
  [property: string]: unknown;
}

/** The tls-config that trusts the inbox: what refers to it sends there. */
export const inboxTls = "demo-tls";

const configurationName = "Demo_inbox";

export interface InboxAddress {
  host: string;
  port: number;
}

/** The flow that a new demo folder starts with; `caFile` is read by Node-RED relative to where it runs. */
export function exampleFlow(address: InboxAddress, login: Login, caFile: string): FlowNode[] {
  const z = "demo-tab";
  const inject = (id: string, name: string, y: number, to: string, subject: string, wires: string[]) => ({
    id,
    type: "inject",
    z,
    name,
    props: [
      { p: "to", v: to, vt: "str" },
      { p: "topic", v: subject, vt: "str" },
      { p: "payload", v: greeting, vt: "jsonata" },
    ],
    repeat: "",
    crontab: "",
    once: false,
    x: 180,
    y,
    wires: [wires],
  });
  return [
    { id: z, type: "tab", label: "First mail", disabled: false, info: "" },
    {
      id: inboxTls,
      type: "tls-config",
      name: "Demo CA",
      cert: "",
      key: "",
      ca: caFile,
      certname: "",
      keyname: "",
      caname: "",
      servername: "",
      verifyservercert: true,
      alpnprotocol: "",
    },
    configuration(address, login),
    {
      id: "demo-comment",
      type: "comment",
      z,
      name: "Press an inject button, then look into the inbox",
      info,
      x: 260,
      y: 60,
      wires: [],
    },
    inject("demo-inject", "Send a mail", 140, "ada@example.com", "Hello from Node-RED", ["demo-send"]),
    inject("demo-inject-refused", "One that is refused", 200, "refused@example.com", "Nobody reads this", [
      "demo-send",
    ]),
    sendEmail("demo-send", z, ["demo-result"]),
    debug("demo-result", z, "What became of it", "email", 630, 140),
    {
      id: "demo-catch",
      type: "catch",
      z,
      name: "Not sent",
      scope: ["demo-send"],
      uncaught: false,
      x: 170,
      y: 300,
      wires: [["demo-error"]],
    },
    debug("demo-error", z, "Why", "error", 390, 300),
  ];
}

/** Lets the configurations of an existing flow that send to the inbox point at that of this start; all else stays. */
export function pointAtInbox(flows: FlowNode[], { host, port }: InboxAddress): FlowNode[] {
  return flows.map((node) => (node.type === "smtp-config" && node.tls === inboxTls ? { ...node, host, port } : node));
}

function configuration({ host, port }: InboxAddress, login: Login): FlowNode {
  return {
    id: "demo-smtp",
    type: "smtp-config",
    name: configurationName,
    kind: "generic",
    isDefault: true,
    from: "node-red@example.com",
    fromName: "Node-RED",
    overrideFrom: false,
    replyTo: "",
    signature: "Sent by an example flow",
    description: "The demo's own inbox. Nothing leaves this machine.",
    host,
    port,
    security: "starttls",
    auth: "password",
    tls: inboxTls,
    connectTimeout: 10,
    timeout: 30,
    strictAddresses: true,
    maxConnections: 5,
    perMinute: "",
    version: 1,
    credentials: { username: login.user, password: login.pass },
  };
}

/** As dropped from the palette: no configuration chosen, so it follows the default. */
function sendEmail(id: string, z: string, wires: string[]): FlowNode {
  const typed = (name: string, value: string, type: string) => ({ [name]: value, [`${name}Type`]: type });
  return {
    id,
    type: "send-email",
    z,
    name: "",
    smtpConfig: "",
    ...typed("to", "to", "msg"),
    ...typed("cc", "cc", "msg"),
    ...typed("bcc", "bcc", "msg"),
    ...typed("from", "", "str"),
    ...typed("replyTo", "", "str"),
    ...typed("subject", "topic", "msg"),
    bodyType: "text",
    ...typed("text", "payload", "msg"),
    ...typed("html", "payload", "msg"),
    ...typed("attachments", "attachments", "msg"),
    ...typed("headers", "", "json"),
    ...typed("priority", "", "str"),
    ...typed("inReplyTo", "", "str"),
    includeSignature: true,
    failOnPartial: true,
    version: 1,
    x: 410,
    y: 140,
    wires: [wires],
  };
}

function debug(id: string, z: string, name: string, property: string, x: number, y: number): FlowNode {
  const targets = { active: true, tosidebar: true, console: false, tostatus: false };
  return { id, type: "debug", z, name, ...targets, complete: property, targetType: "msg", x, y, wires: [] };
}

const greeting = `"Sent from a flow at " & $now("[H01]:[m01]:[s01]") & " UTC."`;

const info = `The configuration **${configurationName}** is the default, so the *send email* step needs none of its own.

- Double-click the step, then the pencil beside its configuration, to see **${configurationName}** and its Test button.
- The inbox refuses addresses that begin with \`refused@\`: press the second button to see what Catch gets.
- The other tabs are examples that need servers of their own. There are more: menu → *Import* → *Examples* → *@post-office/node-red-email*.`;
