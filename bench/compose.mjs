// Composes the same mails with the package and with nodemailer's composer alone, in turn, in a process of its own.
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { answer } from "./watch.mjs";

const require = createRequire(import.meta.url);
const MailComposer = require("nodemailer/lib/mail-composer");
const { readDraft } = require("../dist/src/compose/message.js");
const { prepareEmail } = require("../dist/src/compose/prepare.js");

const LINE = "Twelve letters of the alphabet, one after another: Größe über Maß.\n";
const SETTINGS = {
  from: { name: "Example Orders", address: "orders@example.com" },
  fromName: "",
  overrideFrom: false,
  signature: "",
  account: "",
  strictAddresses: true,
};

function partsOf({ text, html, attachment }) {
  const lines = (bytes) => LINE.repeat(Math.ceil(bytes / Buffer.byteLength(LINE)));
  return {
    text: lines(text),
    html: `<html><body><p>${lines(html).replaceAll("\n", "</p>\n<p>")}</p></body></html>`,
    attachments: [{ filename: "report.pdf", content: randomBytes(attachment) }],
  };
}

let count = 0;
const CONTENDERS = {
  package: (parts) => {
    const draft = { to: "Anna Example <anna@example.com>", subject: `Order ${count++}`, ...parts };
    return prepareEmail(readDraft(draft, SETTINGS), { id: `${count}`, date: new Date(), signature: "" });
  },
  nodemailer: (parts) => {
    const mail = { from: SETTINGS.from, to: "Anna Example <anna@example.com>", subject: `Order ${count++}`, ...parts };
    return new MailComposer(mail).compile().build();
  },
};

/** Milliseconds for one mail: of computing, and by the clock. */
async function timeOf(contender, parts, mails) {
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  for (let at = 0; at < mails; at++) await CONTENDERS[contender](parts);
  const { user, system } = process.cpuUsage(cpu);
  return { computing: (user + system) / 1000 / mails, clock: (performance.now() - from) / mails };
}

answer(async ({ sizes, rounds }) => {
  const results = [];
  for (const size of sizes) {
    const parts = partsOf(size);
    const pairs = [];
    for (const warm of ["package", "nodemailer"]) await timeOf(warm, parts, size.mails);
    for (let round = 0; round < rounds; round++) {
      // The order changes, so that neither is always the one that leaves its waste to the other.
      const order = round % 2 === 0 ? ["package", "nodemailer"] : ["nodemailer", "package"];
      const pair = {};
      for (const contender of order) {
        globalThis.gc();
        pair[contender] = await timeOf(contender, parts, size.mails);
      }
      pairs.push(pair);
    }
    results.push({ label: size.label, pairs });
  }
  return results;
});
