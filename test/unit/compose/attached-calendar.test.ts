import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { readDraft, withoutSources } from "../../../src/compose/message";
import { prepareEmail, type ReadMessage } from "../../../src/compose/prepare";
import { readMime } from "../../../src/compose/read-back/read-mime";
import { type SafeSettings, underSafeMode } from "../../../src/compose/safe-mode";
import { prepareSample } from "../../../src/compose/sample-mail";
import type { PreparedEmail } from "../../../src/model/email";
import { SendError } from "../../../src/model/send-error";
import { draft, sender } from "./composing";
import { linesAmong } from "./hostile-calendar";

/** What else stands in calendars that nobody made to invite. */
const OF_ATTACHED = [
  "BEGIN:VFREEBUSY",
  "END:VFREEBUSY",
  "METHOD:",
  "UID:",
  "SUMMARY:",
  "VERSION:1.0",
  "BEGIN:X",
  "END:X",
];

const REDIRECT: SafeSettings = {
  safeMode: "redirect",
  redirectTo: { name: "", address: "tests@example.com" },
  allowedDomains: [],
};
const identity = { id: "id-1", date: new Date("2026-11-21T08:00:00Z") };
const everybody = { to: "ann@example.org", cc: "ben@example.org", bcc: "carl@example.org" };

const calendar = (...lines: string[]): string =>
  ["BEGIN:VCALENDAR", "VERSION:2.0", ...lines, "END:VCALENDAR", ""].join("\r\n");
const event = [
  ...["BEGIN:VEVENT", "UID:4711@example.com", "SUMMARY:Review", "DTSTART:20261201T100000Z"],
  ...['ORGANIZER;SENT-BY="mailto:sec@example.org":mailto:eva@example.org', "ATTENDEE:mailto:ann@example.org"],
  ...["CONTACT:ben@example.org", "BEGIN:VALARM", "ACTION:EMAIL", "ATTENDEE:mailto:ann@example.org", "TRIGGER:-PT5M"],
  ...["SUMMARY:x", "DESCRIPTION:x", "END:VALARM", "END:VEVENT"],
];
const request = calendar("METHOD:REQUEST", ...event);

/** The attachments as they arrive. */
function arrived({ mime }: PreparedEmail): { type: string; filename: string; text: string; people: string[] }[] {
  return readMime({ mime }).attachments.map(({ contentType, name, content }) => {
    const text = content.read(0, content.size).toString("utf8").replace(/\r\n /g, "");
    const people = [...text.matchAll(/[\w.-]+@[\w.-]+/g)].map(([address]) => address);
    return { type: contentType, filename: name, text, people: [...new Set(people)].sort() };
  });
}

async function sentWith(settings: SafeSettings, attachments: unknown, change = (read: ReadMessage) => read) {
  const message = withoutSources(underSafeMode(readDraft(draft({ ...everybody, attachments }), sender), settings));
  return arrived(await prepareEmail(change(message), { ...identity, signature: "" }));
}

async function redirected(attachment: unknown) {
  const [first] = await sentWith(REDIRECT, [attachment]);
  assert.ok(first);
  return first;
}

const refusal = async (attachments: unknown) => {
  const error: unknown = await sentWith(REDIRECT, attachments).then(JSON.stringify, (reason: unknown) => reason);
  assert.ok(error instanceof SendError, String(error));
  return error;
};

const NOBODY_ELSE = ["orders@example.com", "test-4711@example.com", "tests@example.com"];

describe("A calendar among the attachments, in safe mode “redirect”", () => {
  for (const [what, attachment] of Object.entries<unknown>({
    "its type": { filename: "termin", content: request, contentType: "text/calendar; method=REQUEST" },
    "its type in capitals": { filename: "termin", content: request, contentType: "TEXT/Calendar" },
    "the type that only some write": { filename: "termin", content: request, contentType: "application/ics" },
    "its name": { filename: "invite.ics", content: request },
    "its name in capitals, whatever the type": {
      filename: "INVITE.ICS",
      content: Buffer.from(request),
      contentType: "application/octet-stream",
    },
    "its name before a dot and spaces": { filename: "invite.ics. ", content: request, contentType: "text/plain" },
    "a data URI": `data:text/calendar;base64,${Buffer.from(request).toString("base64")}`,
    "its first line": { filename: "notes.txt", content: request },
    "its first line after others that are empty": Buffer.from(`\ufeff\r\n  begin:vcalendar${request.slice(15)}`),
  }))
    it(`names nobody but the other address and From, where it is known by ${what}`, async () => {
      const { text, people } = await redirected(attachment);
      assert.deepEqual(people, NOBODY_ELSE);
      assert.match(text, /^UID:test-4711@example\.com\r$/m);
      assert.match(text, /^SUMMARY:\[TEST\] Review\r$/m);
      assert.match(text, /^ATTENDEE;.*:mailto:tests@example\.com\r$/m);
      assert.doesNotMatch(text, /VALARM|CONTACT/);
    });

  it("keeps name, method and type, and says in which letters it is written now", async () => {
    const contentType = 'text/calendar; method=REQUEST; charset="us-ascii"; x=y';
    const { type, filename, text } = await redirected({ filename: "a.ics", content: request, contentType });
    assert.equal(filename, "a.ics");
    assert.match(type, /^text\/calendar\b/);
    assert.match(type, /method=REQUEST/);
    assert.match(type, /charset=utf-8/i);
    assert.doesNotMatch(type, /us-ascii/);
    assert.match(text, /^METHOD:REQUEST\r$/m);
  });

  it("invites nobody at all where it asks for no answer, however many events and tasks it has", async () => {
    const other = event.map((line) => line.replace("4711@", "4712@"));
    const task = ["BEGIN:VTODO", "UID:4713@example.com", "ATTENDEE:mailto:ann@example.org", "END:VTODO"];
    const { text, people } = await redirected({ filename: "all.ics", content: calendar(...event, ...other, ...task) });
    assert.deepEqual(people, ["test-4711@example.com", "test-4712@example.com", "test-4713@example.com"]);
    assert.equal(text.match(/^BEGIN:V(?!CAL).+$/gm)?.length, 3);
    assert.doesNotMatch(text, /ATTENDEE|ORGANIZER/);
  });

  it("answers nobody's invitation in another's name", async () => {
    const { people } = await redirected({ filename: "a.ics", content: calendar("METHOD:REPLY", ...event) });
    assert.deepEqual(people, ["test-4711@example.com"]);
  });

  it("has no second id by which a real event would be changed", async () => {
    const content = request.replace("UID:", "UID:4712@example.com\r\nUID:");
    const { text } = await redirected({ filename: "a.ics", content });
    assert.deepEqual(text.match(/^UID:.*$/gm), ["UID:test-4712@example.com"]);
  });

  it("is looked at when it was read from a file or an address, too", async () => {
    const attachments = [{ filename: "invite.ics", content: "x" }];
    const [file] = await sentWith(
      REDIRECT,
      attachments.map((one) => ({ ...one, content: request })),
      (message) => ({
        ...message,
        attachments: message.attachments.map((one) => ({ ...one, content: Buffer.from(request) })),
      }),
    );
    assert.deepEqual(file?.people, NOBODY_ELSE);
  });

  it("leaves other attachments as they are", async () => {
    const files = await sentWith(REDIRECT, [
      { filename: "notes.txt", content: "ann@example.org says BEGIN:VCALENDAR" },
      { filename: "a.ics", content: request },
      { filename: "physics.pdf", content: "%PDF- ann@example.org" },
    ]);
    assert.deepEqual(
      files.map(({ people }) => people),
      [["ann@example.org"], NOBODY_ELSE, ["ann@example.org"]],
    );
  });

  for (const [what, content] of Object.entries<string | Buffer>({
    "is no calendar": "ann@example.org",
    "is half of one": request.slice(0, -20),
    "is followed by a second one": `${request}${request}`,
    "is not UTF-8": Buffer.from(request, "utf16le"),
    "is larger than any that is read": request.replace("Review", "x".repeat(600_000)),
  }))
    it(`keeps the mail from going out where it ${what}, and says which attachment it is`, async () => {
      const error = await refusal([
        { filename: "b.txt", content: "x" },
        { filename: "a.ics", content },
      ]);
      assert.deepEqual([error.reason, error.field], ["attachment-calendar", "attachments[1]"]);
      assert.equal(error.code, "ERR_MAIL_SAFE_MODE");
      assert.match(error.message, /a\.ics/);
    });

  it("keeps the mail from going out where it is so large that it waits in a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "calendar-"));
    const path = join(folder, "1");
    const content = request.replace("Review", "x".repeat(1_100_000));
    writeFileSync(path, content);
    const inFile = (message: ReadMessage): ReadMessage => ({
      ...message,
      attachments: message.attachments.map((one) => ({ ...one, content: { path, size: content.length } })),
    });
    try {
      const sending = sentWith(REDIRECT, [{ filename: "a.ics", content: "x" }], inFile);
      await assert.rejects(sending, { reason: "attachment-calendar" });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("reaches nobody else, whatever it has between its lines", async () => {
    const lines = request.trimEnd().split("\r\n");
    const insertions = linesAmong(lines, OF_ATTACHED);
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(insertions, async (pieces) => {
        const changed = [...lines];
        for (const [at, text] of pieces) changed.splice(at, 0, text);
        const content = changed.join("\r\n");
        const result = await redirected({ filename: "a.ics", content }).catch((error: unknown) => error);
        if (result instanceof SendError) return assert.equal(result.reason, "attachment-calendar");
        taken += 1;
        const { text } = result as { text: string };
        for (const line of text.match(/^(?:ATTENDEE|ORGANIZER|CONTACT)\b.*/gim) ?? [])
          assert.match(line, /:mailto:(?:tests|orders)@example\.com\r?$/);
      }),
      { numRuns: 500, seed: 4711 },
    );
    assert.ok(taken > 20, `only ${taken} were taken`);
  });
});

describe("A calendar among the attachments", () => {
  for (const safeMode of ["send", "dry-run"] as const)
    it(`stays as it is with ${safeMode}, whatever it is`, async () => {
      for (const content of [request, `${request}${request}`, "x"]) {
        const [file] = await sentWith({ safeMode, allowedDomains: [] }, [{ filename: "a.ics", content }]);
        assert.equal(file?.text, content);
      }
    });

  it("invites the recipient of a step's test alone", async () => {
    const settings = { ...sender, maxBytes: 1_000_000 };
    const given = { ...draft(everybody), attachments: [{ filename: "a.ics", content: request }] };
    const complete = async (message: Parameters<typeof withoutSources>[0]) => withoutSources(message);
    const [file] = arrived(await prepareSample(given, "me@example.com", settings, identity, complete));
    assert.deepEqual(file?.people, ["me@example.com", "orders@example.com", "test-4711@example.com"]);
    assert.match(file?.text ?? "", /^SUMMARY:\[Test\] Review\r$/m);
  });
});
