import assert from "node:assert/strict";
import fc from "fast-check";
import { readDraft, withoutSources } from "../../../src/compose/message";
import { prepareEmail } from "../../../src/compose/prepare";
import { readMime } from "../../../src/compose/read-back/read-mime";
import { type SafeSettings, underSafeMode } from "../../../src/compose/safe-mode";
import { prepareSample } from "../../../src/compose/sample-mail";
import type { EmailDraft } from "../../../src/mailer";
import type { PreparedEmail } from "../../../src/model/email";
import { SendError } from "../../../src/model/send-error";
import { draft, sender } from "./composing";
import { linesAmong } from "./hostile-calendar";

const REDIRECT: SafeSettings = {
  safeMode: "redirect",
  redirectTo: { name: "", address: "tests@example.com" },
  allowedDomains: [],
};
const identity = { id: "id-1", date: new Date("2026-11-21T08:00:00Z") };

/** The calendar of a mail without folds, and every address that stands in it. */
function calendarIn({ mime }: PreparedEmail): { text: string; addresses: string[] } {
  const part = readMime({ mime }).attachments.find(({ contentType }) => contentType.startsWith("text/calendar"));
  assert.ok(part);
  const text = part.content.read(0, part.content.size).toString("utf8").replace(/\r\n /g, "");
  return { text, addresses: [...text.matchAll(/[\w.-]+@[\w.-]+/g)].map(([address]) => address).sort() };
}

async function redirected(more: EmailDraft) {
  const message = underSafeMode(readDraft(draft(more), sender), REDIRECT);
  return calendarIn(await prepareEmail(withoutSources(message), { ...identity, signature: "" }));
}

const event = {
  ...{ uid: "4711@example.com", start: "2026-12-01T10:00Z", summary: "Review" },
  ...{ organizer: "eva@example.org", attendees: "ann@example.org, ben@example.org" },
};
const ready = [
  ...["BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:4711@example.com", "SUMMARY:Review"],
  ...["DTSTART:20261201T100000Z", 'ORGANIZER;SENT-BY="mailto:sec@example.org":mailto:eva@example.org'],
  ...["ATTENDEE:mailto:ann@example.org", "CONTACT:ben@example.org", "X-OWN;X-P=a:kept", "BEGIN:VALARM", "ACTION:EMAIL"],
  ...["ATTENDEE:mailto:ann@example.org", "SUMMARY:x", "DESCRIPTION:x", "TRIGGER:-PT5M", "END:VALARM"],
  ...["END:VEVENT", "BEGIN:VEVENT", "UID:4711@example.com", "RECURRENCE-ID:20261208T100000Z", "SUMMARY:Review"],
  ...["DTSTART:20261208T110000Z", "ORGANIZER:mailto:eva@example.org", "ATTENDEE:mailto:ann@example.org"],
  ...["END:VEVENT", "END:VCALENDAR"],
].join("\r\n");
const everybody = { to: "ann@example.org", cc: "ben@example.org", bcc: "carl@example.org" };

describe("An invitation in safe mode “redirect”", () => {
  it("names nobody but the other address and whom an answer to the mail reaches", async () => {
    const { text, addresses } = await redirected({ ...everybody, invitation: event });
    assert.deepEqual(addresses, ["orders@example.com", "test-4711@example.com", "tests@example.com"]);
    assert.match(text, /^ORGANIZER;CN=Example Orders:mailto:orders@example\.com\r$/m);
    assert.match(text, /^ATTENDEE;.*RSVP=TRUE.*:mailto:tests@example\.com\r$/m);
  });

  it("is another event than the real one, and says so in its title", async () => {
    const { text } = await redirected({ ...everybody, invitation: event });
    assert.match(text, /^UID:test-4711@example\.com\r$/m);
    assert.match(text, /^SUMMARY:\[TEST\] Review\r$/m);
  });

  it("sends no answer to a recipient in whose name the mail goes out", async () => {
    const visitor = { ...everybody, from: "ann@example.org", invitation: { ...event, organizer: "" } };
    const { addresses } = await redirected(visitor);
    assert.deepEqual(addresses, ["test-4711@example.com", "tests@example.com", "tests@example.com"]);
  });

  it("is changed alike where it is ready-made, in all its parts, with alarms that mail taken out", async () => {
    const { text, addresses } = await redirected({ ...everybody, invitation: ready });
    assert.deepEqual([...new Set(addresses)], ["orders@example.com", "test-4711@example.com", "tests@example.com"]);
    assert.equal(text.match(/^UID:test-4711@example\.com\r$/gm)?.length, 2);
    assert.equal(text.match(/^SUMMARY:\[TEST\] Review\r$/gm)?.length, 2);
    assert.doesNotMatch(text, /VALARM|CONTACT/);
    assert.match(text, /^X-OWN;X-P=a:kept\r$/m);
    assert.match(text, /^METHOD:REQUEST\r$/m);
  });

  it("reaches nobody else, whatever a ready-made text has between its lines", async () => {
    const lines = ready.split("\r\n");
    const insertions = linesAmong(lines);
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(insertions, async (pieces) => {
        const changed = [...lines];
        for (const [at, text] of pieces) changed.splice(at, 0, text);
        const result = await redirected({ ...everybody, invitation: changed.join("\r\n") }).catch((error) => error);
        if (result instanceof SendError) return assert.match(result.reason, /^invitation-/);
        taken += 1;
        const people = (result.text as string).match(/^(?:ATTENDEE|ORGANIZER|CONTACT)\b.*/gim) ?? [];
        for (const line of people) assert.match(line, /:mailto:(?:tests|orders)@example\.com\r?$/);
      }),
      { numRuns: 500, seed: 4711 },
    );
    assert.ok(taken > 20, `only ${taken} were taken`);
  });

  it("that is published stays without guests", async () => {
    const { addresses } = await redirected({
      ...everybody,
      invitation: { ...event, attendees: "", method: "publish" },
    });
    assert.deepEqual(addresses, ["orders@example.com", "test-4711@example.com"]);
  });
});

describe("An invitation in the other safe modes", () => {
  for (const safeMode of ["send", "dry-run"] as const)
    it(`stays as it is with ${safeMode}`, async () => {
      const message = underSafeMode(readDraft(draft({ invitation: ready }), sender), { safeMode, allowedDomains: [] });
      const email = await prepareEmail(withoutSources(message), { ...identity, signature: "" });
      assert.equal(calendarIn(email).text, `${ready}\r\n`);
    });
});

describe("An invitation in a test of the step", () => {
  for (const [what, invitation] of [
    ["built", event],
    ["ready-made", ready],
  ] as const)
    it(`invites the recipient of the test alone, where it is ${what}`, async () => {
      const settings = { ...sender, maxBytes: 1_000_000 };
      const email = await prepareSample(
        { ...draft(everybody), invitation },
        "me@example.com",
        settings,
        identity,
        async (message) => withoutSources(message),
      );
      const { text, addresses } = calendarIn(email);
      assert.deepEqual([...new Set(addresses)], ["me@example.com", "orders@example.com", "test-4711@example.com"]);
      assert.match(text, /^SUMMARY:\[Test\] Review\r$/m);
    });
});
