// npm run demo: Node-RED with this package, a flow to try, and an inbox that shows what arrives.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createTestCa, issueCertificate } from "../test/support/certificates";
import { type Cloud, startCloud } from "./cloud";
import { exampleFlow, type FlowNode, type InboxAddress, pointAtInbox } from "./example-flow";
import { type Inbox, startInbox } from "./inbox/start";
import { type DemoNodeRed, startNodeRed } from "./node-red";
import { preparedExamples } from "./prepared-examples";

const checkout = resolve(__dirname, "..");
const folder = resolve(process.argv[2] ?? join(checkout, ".demo"));
const flowFile = join(folder, "flows.json");
const caFile = "inbox-ca.pem";
const login = { user: "demo", pass: "demo" };

let inbox: Inbox | undefined;
let cloud: Cloud | undefined;
let nodeRed: DemoNodeRed | undefined;
let ending = false;

async function start(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const ca = await createTestCa("Demo inbox CA");
  writeFileSync(join(folder, caFile), ca.cert);
  const tls = await issueCertificate(ca, { hosts: ["localhost", "127.0.0.1"] });
  inbox = await startInbox({ preferredPort: 2525, preferredWebPort: 8025, tls, login });
  cloud = await startCloud(inbox.mailbox);
  const address = { host: "127.0.0.1", port: inbox.smtpPort };
  const kept = keptFlows(address);
  const { standIns } = cloud;
  nodeRed = await startNodeRed({ checkout, folder, preferredPort: 1880, standIns, onDeath });
  // Deployed rather than written to the file, so that Node-RED encrypts the password its own way.
  if (!kept) {
    const examples = preparedExamples(join(checkout, "examples"), address, login);
    await nodeRed.deploy([...exampleFlow(address, login, caFile), ...examples]);
  }
  announce(nodeRed, inbox);
}

/** Whether there are flows of an earlier start; their configuration is pointed at this start's inbox. */
function keptFlows(address: InboxAddress): boolean {
  if (!existsSync(flowFile)) return false;
  const flows = JSON.parse(readFileSync(flowFile, "utf8")) as FlowNode[];
  if (flows.length === 0) return false;
  writeFileSync(flowFile, `${JSON.stringify(pointAtInbox(flows, address), null, 4)}\n`);
  return true;
}

function announce({ url }: DemoNodeRed, { webPort, smtpPort }: Inbox): void {
  console.log(`
  Node-RED   ${url}
  Inbox      http://127.0.0.1:${webPort}/
  SMTP       127.0.0.1:${smtpPort}, STARTTLS, user ${login.user}, password ${login.pass}

  Graph      a stand-in for Microsoft 365; what it takes is in the inbox, too

  In Node-RED press the button of "Send a mail", then look into the inbox.
  Everything is kept in ${folder}; delete it to start afresh. Ctrl-C ends the demo.
`);
}

function onDeath(lastWords: string): void {
  if (!ending) void end(1, `Node-RED ended:\n${lastWords}`);
}

async function end(exitCode: number, reason?: string): Promise<void> {
  if (ending) return;
  ending = true;
  if (reason) console.error(reason);
  await Promise.allSettled([nodeRed?.stop(), cloud?.close(), inbox?.close()]);
  process.exit(exitCode);
}

process.on("SIGINT", () => void end(0));
process.on("SIGTERM", () => void end(0));
start().catch((error: Error) => end(1, error.message));
