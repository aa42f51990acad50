import assert from "node:assert/strict";
import fc from "fast-check";
import ical, { type CalendarComponent, type VEvent } from "node-ical";
import type { EmailDraft } from "../../../src/compose/draft";
import type { SendError } from "../../../src/model/send-error";
import { compose, refusalOf } from "./composing";

const start = "2026-12-01T10:00+01:00";

/** The iCalendar text that a mail carries as an alternative of its body. */
async function calendarOf(invitation: unknown, more: EmailDraft = {}): Promise<string> {
  const { parsed } = await compose({ ...more, invitation });
  const part = parsed.attachments.find(({ contentType }) => contentType === "text/calendar");
  assert.ok(part, "no text/calendar");
  return part.content.toString("utf8");
}

interface Person {
  params: object;
  val: string;
}

/** The event as another library than the one that wrote it reads it, and how many of each kind there are. */
function read(text: string): VEvent & { kinds: string[]; attendees: Person[] } {
  const all = Object.values(ical.sync.parseICS(text)) as CalendarComponent[];
  const event = all.find((part): part is VEvent => part.type === "VEVENT");
  assert.ok(event);
  const attendees = [event.attendee ?? []].flat() as Person[];
  return { ...event, kinds: all.map(({ type }) => String(type)).sort(), attendees };
}

/** The text of a property, unescaped in one pass (RFC 5545 §3.3.11): node-ical takes an escaped backslash and an n for a line break. */
function valueIn(ics: string, property: string): string {
  const [, escaped = ""] = new RegExp(`^${property}:(.*)\r$`, "m").exec(ics.replace(/\r\n /g, "")) ?? [];
  return escaped.replace(/\\([\\;,nN])/g, (_, sign: string) => (/n/i.test(sign) ? "\n" : sign));
}

const eventOf = async (invitation: object, more: EmailDraft = {}) => read(await calendarOf(invitation, more));
const person = ({ params, val }: Person) => ({
  ...params,
  address: val.replace("mailto:", ""),
});

describe("An invitation that is built from properties", () => {
  it("takes title, organizer, guests and id from the mail, Cc as those who may come, and nobody from Bcc", async () => {
    const { method, uid, summary, organizer, attendees, sequence, status, dtstamp } = await eventOf(
      { start },
      { subject: "Review", to: "Ann Example <ann@example.org>", cc: "ben@example.org", bcc: "carl@example.org" },
    );
    assert.deepEqual(
      [method, uid, summary, sequence, status, dtstamp?.toISOString()],
      ["REQUEST", "id-1@example.com", "Review", "0", "CONFIRMED", "2026-11-21T08:00:00.000Z"],
    );
    assert.deepEqual(person(organizer as never), { CN: "Example Orders", address: "orders@example.com" });
    const asked = { CUTYPE: "INDIVIDUAL", PARTSTAT: "NEEDS-ACTION", RSVP: true };
    assert.deepEqual(attendees.map(person), [
      { ...asked, ROLE: "REQ-PARTICIPANT", CN: "Ann Example", address: "ann@example.org" },
      { ...asked, ROLE: "OPT-PARTICIPANT", address: "ben@example.org" },
    ]);
    assert.doesNotMatch(await calendarOf({ start }, { bcc: "carl@example.org" }), /carl/);
  });

  it("has everything that it was given", async () => {
    const given = {
      ...{ method: "request", uid: "4711@example.com", sequence: 3, start, end: "2026-12-01T12:30+01:00" },
      ...{ summary: "Wartung; Halle 2, Süd", location: "Zürich\\1", description: "a\r\nb\nc;d,e\\f" },
      ...{ organizer: "Eva <eva@example.com>", attendees: ["zoe@example.org"], reminderMinutes: 15 },
      ...{ url: "https://example.com/4711?a=1;b,2", status: "tentative" },
    };
    const event = await eventOf(given);
    assert.deepEqual(
      [event.uid, event.sequence, event.summary, event.location, event.description, event.url, event.status],
      ["4711@example.com", "3", given.summary, given.location, "a\nb\nc;d,e\\f", given.url, "TENTATIVE"],
    );
    assert.deepEqual(
      [event.start.toISOString(), event.end?.toISOString()],
      ["2026-12-01T09:00:00.000Z", "2026-12-01T11:30:00.000Z"],
    );
    assert.equal(person(event.organizer as never).address, "eva@example.com");
    assert.deepEqual(
      event.attendees.map((each) => person(each).address),
      ["zoe@example.org"],
    );
    assert.match(await calendarOf(given), /BEGIN:VALARM\r\nACTION:DISPLAY\r\n[\s\S]*TRIGGER:-PT15M\r\nEND:VALARM/);
  });

  const instant = Date.UTC(2026, 11, 1, 9);
  const written: [what: string, value: object, start: string, end: string][] = [
    ["a Date", { start: new Date(instant) }, "2026-12-01T09:00", "2026-12-01T10:00"],
    ["milliseconds", { start: instant, end: instant + 60_000 }, "2026-12-01T09:00", "2026-12-01T09:01"],
    ["an offset", { start: "2026-12-01 10:00+0100" }, "2026-12-01T09:00", "2026-12-01T10:00"],
    ["UTC", { start: "2026-12-01T09:00:00.000Z", duration: 90 }, "2026-12-01T09:00", "2026-12-01T10:30"],
    [
      "winter in a zone",
      { start: "2026-12-01T10:00", timeZone: "Europe/Berlin" },
      "2026-12-01T09:00",
      "2026-12-01T10:00",
    ],
    [
      "summer in a zone",
      { start: "2026-07-01 10:00", timeZone: "Europe/Berlin" },
      "2026-07-01T08:00",
      "2026-07-01T09:00",
    ],
    [
      "a time that clocks skip, by the offset before",
      { start: "2026-03-29T02:30", timeZone: "Europe/Berlin" },
      ...(["2026-03-29T01:30", "2026-03-29T02:30"] as const),
    ],
    [
      "a time that is there twice, the first",
      { start: "2026-10-25T02:30", timeZone: "Europe/Berlin" },
      ...(["2026-10-25T00:30", "2026-10-25T01:30"] as const),
    ],
    [
      "both sides of a change",
      { start: "2026-03-29T01:00", end: "2026-03-29T04:00", timeZone: "Europe/Berlin" },
      ...(["2026-03-29T00:00", "2026-03-29T02:00"] as const),
    ],
    ["a duration in words", { start, duration: "P1DT2H" }, "2026-12-01T09:00", "2026-12-02T11:00"],
    [
      "half hours from UTC",
      { start: "2026-12-01T10:00", timeZone: "Asia/Kolkata" },
      "2026-12-01T04:30",
      "2026-12-01T05:30",
    ],
  ];
  for (const [what, value, begins, ends] of written)
    it(`reads ${what}`, async () => {
      const event = await eventOf(value);
      assert.deepEqual([event.start.toISOString().slice(0, 16), event.end?.toISOString().slice(0, 16)], [begins, ends]);
    });

  const days: [what: string, value: object, start: string, end: string][] = [
    ["a date", { start: "2026-12-24" }, "20261224", "20261225"],
    ["the last day", { start: "2026-12-24", end: "2026-12-26" }, "20261224", "20261227"],
    ["the month's end", { start: "2028-02-28", end: "2028-02-29" }, "20280228", "20280301"],
    ["a duration", { start: "2026-12-24", duration: "P2D" }, "20261224", "20261226"],
    [
      "an instant's day in the zone",
      { start: "2026-12-24T23:30Z", allDay: true, timeZone: "Europe/Berlin" },
      "20261225",
      "20261226",
    ],
    ["a time that does not count", { start: "2026-12-24T10:00", allDay: "true" }, "20261224", "20261225"],
  ];
  for (const [what, value, begins, ends] of days)
    it(`lasts whole days with ${what}`, async () => {
      const text = await calendarOf(value);
      assert.match(text, new RegExp(`^DTSTART;VALUE=DATE:${begins}\r\nDTEND;VALUE=DATE:${ends}\r$`, "m"));
      assert.match(text, /^X-MICROSOFT-CDO-ALLDAYEVENT:TRUE\r$/m);
    });

  it("repeats by the clocks of its zone, which it describes", async () => {
    const text = await calendarOf({
      ...{ start: "2026-10-20T10:00", timeZone: "Europe/Berlin", rrule: "RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TU" },
    });
    assert.match(text, /^DTSTART;TZID=Europe\/Berlin:20261020T100000\r$/m);
    assert.match(text, /^RRULE:FREQ=WEEKLY;COUNT=3;BYDAY=TU\r$/m);
    const { rrule } = read(text);
    assert.ok(rrule);
    for (const piece of [
      "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n",
      "BEGIN:DAYLIGHT\r\nDTSTART:20250330T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n",
      "BEGIN:STANDARD\r\nDTSTART:20251026T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n",
    ])
      assert.ok(text.includes(piece), `${piece}\nis not in\n${text}`);
  });

  const zones: [zone: string, rules: string[], observances: number][] = [
    ["America/New_York", ["FREQ=YEARLY;BYMONTH=3;BYDAY=2SU", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"], 2],
    ["Australia/Lord_Howe", ["FREQ=YEARLY;BYMONTH=4;BYDAY=1SU", "FREQ=YEARLY;BYMONTH=10;BYDAY=1SU"], 2],
    ["Asia/Tokyo", [], 1],
  ];
  for (const [timeZone, rules, observances] of zones)
    it(`describes ${timeZone}`, async () => {
      const text = await calendarOf({ start: "2026-06-01T10:00", timeZone, rrule: "FREQ=DAILY" });
      const [zone = ""] = text.split("BEGIN:VEVENT");
      assert.deepEqual([...zone.matchAll(/RRULE:(.+)\r/g)].map(([, rule]) => rule).sort(), [...rules].sort());
      assert.equal(zone.match(/BEGIN:(?:STANDARD|DAYLIGHT)/g)?.length, observances);
    });

  it("writes changes of clocks that follow no rule one by one", async () => {
    // Of years gone by: what is to come differs from one release of the database to the next.
    const text = await calendarOf({ start: "2014-06-01T10:00", timeZone: "Africa/Casablanca", rrule: "FREQ=DAILY" });
    const [zone = ""] = text.split("BEGIN:VEVENT");
    assert.doesNotMatch(zone, /RRULE/);
    assert.ok((zone.match(/BEGIN:STANDARD/g)?.length ?? 0) >= 9);
  });

  it("in UTC needs no description of clocks", async () =>
    assert.doesNotMatch(await calendarOf({ start, timeZone: "UTC", rrule: "FREQ=DAILY" }), /VTIMEZONE|TZID/));

  it("takes a zone by any of its names, and writes it as the database does", async () => {
    const text = await calendarOf({ start: "2026-12-01T10:00", timeZone: "europe/BERLIN", rrule: "FREQ=DAILY" });
    assert.match(text, /^TZID:Europe\/Berlin\r$/m);
  });

  it("names a guest once, who is asked to come where anybody asks", async () => {
    const { attendees } = await eventOf(
      { start },
      { to: "ann@example.org", cc: ["Ann <ANN@example.org>", "b@example.org"] },
    );
    const guests = attendees.map(person) as (ReturnType<typeof person> & { ROLE?: string })[];
    assert.deepEqual(
      guests.map(({ address, ROLE }) => [address, ROLE]),
      [
        ["ann@example.org", "REQ-PARTICIPANT"],
        ["b@example.org", "OPT-PARTICIPANT"],
      ],
    );
  });

  it("cancels the one that it names, newer than that", async () => {
    const { method, uid, sequence, status } = await eventOf({ method: "cancel", uid: "4711@example.com", start });
    assert.deepEqual([method, uid, sequence, status], ["CANCEL", "4711@example.com", "1", "CANCELLED"]);
  });

  it("publishes without guests", async () => {
    const text = await calendarOf({ method: "publish", start }, { to: [], bcc: "carl@example.org" });
    assert.match(text, /^METHOD:PUBLISH\r$/m);
    assert.doesNotMatch(text, /ATTENDEE/);
  });

  it("has lines of at most 75 octets, and no character in two", async () => {
    const summary = "Prüfung 😀 日本語 ".repeat(40).trim();
    const text = await calendarOf({ start, summary, attendees: { name: "ä".repeat(100), address: "a@example.org" } });
    for (const line of text.split("\r\n")) {
      assert.ok(Buffer.byteLength(line) <= 75, `${Buffer.byteLength(line)}: ${line}`);
      assert.doesNotMatch(line, /\ufffd/);
    }
    assert.equal(read(text).summary, summary);
    assert.doesNotMatch(text, /(?<!\r)\n|\r(?!\n)/);
  });
});

describe("Whatever an invitation is given", () => {
  const line = fc
    .string({ unit: "grapheme", maxLength: 120 })
    .map((text) => text.trim())
    .filter((text) => text !== "" && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text));
  const smuggled = fc.constantFrom(
    ...[
      "\nATTENDEE:mailto:evil@example.net",
      "\r\nEND:VEVENT\r\nBEGIN:VEVENT",
      "\\nSUMMARY:x",
      ";CN=x:",
      '":mailto:e@x"',
    ],
  );
  const text = fc.array(fc.oneof(line, smuggled), { maxLength: 6 }).map((parts) => parts.join(""));

  it("no value becomes another property, guest or component", async () => {
    await fc.assert(
      fc.asyncProperty(line, line, text, line, async (summary, location, description, name) => {
        const ics = await calendarOf({
          ...{ start, summary, location, description, uid: "u@example.com" },
          organizer: { name, address: "o@example.com" },
          attendees: [{ name, address: "a@example.org" }],
        });
        const event = read(ics);
        assert.deepEqual(event.kinds, ["VCALENDAR", "VEVENT"]);
        assert.equal(event.uid, "u@example.com");
        assert.deepEqual(
          ["SUMMARY", "LOCATION", "DESCRIPTION"].map((property) => valueIn(ics, property)),
          [summary, location, description.replace(/\r\n?/g, "\n")],
        );
        assert.deepEqual(
          event.attendees.map((each) => person(each).address),
          ["a@example.org"],
        );
        const names = ics.replace(/\r\n /g, "").match(/^[A-Z-]+(?=[:;])/gm) ?? [];
        const allowed =
          "BEGIN PRODID VERSION CALSCALE METHOD BEGIN UID DTSTAMP DTSTART DTEND SUMMARY LOCATION DESCRIPTION SEQUENCE STATUS TRANSP ORGANIZER ATTENDEE END END";
        assert.deepEqual(
          names.filter((each) => each !== "DESCRIPTION"),
          allowed.split(" ").filter((each) => each !== "DESCRIPTION"),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("a line break in one of its lines is refused by name", () => {
    for (const field of ["summary", "location", "uid", "timeZone", "url", "status", "method", "rrule", "organizer"])
      for (const value of ["a\r\nATTENDEE:mailto:evil@example.net", "a\nb", "a\rb", "a\u2028b", "a\0b"]) {
        const error = refusalOf({ invitation: { start, [field]: value } });
        assert.deepEqual([error.field, error.reason], [`invitation.${field}`, "line-break"]);
      }
  });
});

describe("An invitation is refused", () => {
  const cases: [what: string, invitation: unknown, reason: SendError["reason"], field: string, draft?: EmailDraft][] = [
    ["without a start", { end: start }, "invitation-start-missing", "invitation.start"],
    ["that ends as it begins", { start, end: start }, "invitation-end-before-start", "invitation.end"],
    ["that ends before", { start: "2026-12-24", end: "2026-12-23" }, "invitation-end-before-start", "invitation.end"],
    ["on 30 February", { start: "2026-02-30" }, "invitation-time-invalid", "invitation.start"],
    ["at 25:00", { start: "2026-02-01T25:00Z" }, "invitation-time-invalid", "invitation.start"],
    ["at a time in words", { start: "tomorrow" }, "invitation-time-invalid", "invitation.start"],
    ["in seconds", { start: 1_796_112_000 }, "invitation-time-invalid", "invitation.start"],
    ["at no time at all", { start: new Date(Number.NaN) }, "invitation-time-invalid", "invitation.start"],
    ["whose end is a date", { start, end: "2026-12-02" }, "invitation-time-invalid", "invitation.end"],
    ["at a local time of nowhere", { start: "2026-12-01T10:00" }, "invitation-zone-missing", "invitation.start"],
    ["on a day of nowhere", { start, allDay: true }, "invitation-zone-missing", "invitation.start"],
    ["that repeats nowhere", { start, rrule: "FREQ=DAILY" }, "invitation-zone-missing", "invitation.timeZone"],
    ["in an unknown zone", { start, timeZone: "Europe/Bonn" }, "invitation-zone-unknown", "invitation.timeZone"],
    ["with another method", { start, method: "reply" }, "invitation-method", "invitation.method"],
    ["that cancels nothing known", { start, method: "cancel" }, "invitation-uid-missing", "invitation.uid"],
    ["for nobody", { start }, "invitation-nobody", "invitation.attendees", { to: [], bcc: "a@example.org" }],
    ["with an unknown property", { start, reminder: 5 }, "invitation-invalid", "invitation.reminder"],
    ["with an end and a duration", { start, end: start, duration: 5 }, "invitation-invalid", "invitation.duration"],
    ["without duration", { start, duration: 0 }, "invitation-invalid", "invitation.duration"],
    ["of half days", { start: "2026-12-24", duration: "PT12H" }, "invitation-invalid", "invitation.duration"],
    [
      "with a rule of no rule",
      { start, timeZone: "UTC", rrule: "FREQ=NEVER" },
      "invitation-invalid",
      "invitation.rrule",
    ],
    [
      "with an unknown part of a rule",
      { start, timeZone: "UTC", rrule: "FREQ=DAILY;X=1" },
      "invitation-invalid",
      "invitation.rrule",
    ],
    [
      "with a rule until a local time",
      { start, timeZone: "UTC", rrule: "FREQ=DAILY;UNTIL=20261224" },
      "invitation-invalid",
      "invitation.rrule",
    ],
    ["with a title of half a megabyte", { start, summary: "x".repeat(500_001) }, "invitation-too-large", "invitation"],
    [
      "with texts that are too long together",
      { start, location: "ä".repeat(125_000), description: "x".repeat(250_001) },
      "invitation-too-large",
      "invitation",
    ],
    ["with half an update", { start, sequence: 1.5 }, "invitation-invalid", "invitation.sequence"],
    ["with a script for a page", { start, url: "javascript:alert(1)" }, "invitation-invalid", "invitation.url"],
    ["with a guest who has no address", { start, attendees: "Ann" }, "address-invalid", "invitation.attendees"],
    [
      "that is announced to somebody",
      { start, method: "publish", attendees: "a@example.org" },
      "invitation-invalid",
      "invitation.attendees",
    ],
    ["by two", { start, organizer: "a@example.com, b@example.com" }, "invitation-invalid", "invitation.organizer"],
    ["as a list", [{ start }], "invitation-invalid", "invitation"],
  ];
  for (const [what, invitation, reason, field, more = {}] of cases)
    it(what, () => {
      const error = refusalOf({ ...more, invitation });
      assert.deepEqual([error.reason, error.field], [reason, field], error.message);
    });
});
