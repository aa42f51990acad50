import assert from "node:assert/strict";
import type { EmailDraft } from "../../../src/compose/draft";
import { textOf } from "../../../src/compose/read-back/part-content";
import { type MimePart, readMime } from "../../../src/compose/read-back/read-mime";
import { readSample } from "../../../src/compose/sample-mail";
import { compose, draft, refusalOf, sender } from "./composing";

const start = "2026-12-01T10:00+01:00";
const picture = { filename: "p.png", contentType: "image/png", cid: "p@x", content: "png" };

/** The tree of a mail, by the types of its parts. */
const shapeOf = ({ contentType, disposition, parts }: MimePart): unknown => {
  const name = `${contentType.value}${disposition.value === "" ? "" : ` (${disposition.value})`}`;
  return parts.length === 0 ? name : { [name]: parts.map(shapeOf) };
};
const leavesOf = (part: MimePart): MimePart[] => (part.parts.length === 0 ? [part] : part.parts.flatMap(leavesOf));

async function mailOf(more: EmailDraft) {
  const { mime } = await compose(more);
  const { root, text, html, attachments } = readMime({ mime });
  const leaves = leavesOf(root);
  const bodyOf = (type: string): string | undefined => {
    const part = leaves.find(({ contentType }) => contentType.value === type);
    return part && textOf({ mime, ...part }, "utf-8");
  };
  return { shape: shapeOf(root), leaves, bodyOf, text, html, attachments };
}

describe("A mail with an invitation", () => {
  it("has it as the last alternative of its text, and once more as a file", async () => {
    const { shape, bodyOf } = await mailOf({ invitation: { start } });
    assert.deepEqual(shape, {
      "multipart/mixed": [{ "multipart/alternative": ["text/plain", "text/calendar"] }, "application/ics (attachment)"],
    });
    assert.match(bodyOf("text/calendar") ?? "", /^BEGIN:VCALENDAR\r\n[\s\S]*END:VCALENDAR\r\n$/);
    assert.equal(bodyOf("application/ics"), bodyOf("text/calendar"));
  });

  it("keeps HTML, its picture and files in their places", async () => {
    const attachments = [picture, { filename: "agenda.pdf", content: "pdf" }];
    const { shape } = await mailOf({ html: '<img src="cid:p@x">', attachments, invitation: { start } });
    const alternative = { "multipart/alternative": ["text/plain", "text/html", "text/calendar"] };
    assert.deepEqual(shape, {
      "multipart/mixed": [
        { "multipart/related": [alternative, "image/png (inline)"] },
        "application/pdf (attachment)",
        "application/ics (attachment)",
      ],
    });
  });

  for (const method of ["REQUEST", "CANCEL", "PUBLISH"])
    it(`names ${method} in the type of the part as in the calendar`, async () => {
      const { leaves, bodyOf } = await mailOf({ invitation: { start, uid: "4711", method } });
      const part = leaves.find(({ contentType }) => contentType.value === "text/calendar");
      assert.deepEqual(
        [...(part?.contentType.parameters ?? [])],
        [
          ["charset", "utf-8"],
          ["method", method],
        ],
      );
      assert.match(bodyOf("text/calendar") ?? "", new RegExp(`^METHOD:${method}\r$`, "m"));
    });

  it("has lines that servers take, whatever it contains", async () => {
    const { source } = await compose({ invitation: { start, description: "ä".repeat(3000) } });
    assert.ok(Math.max(...source.split("\r\n").map((line) => Buffer.byteLength(line))) <= 998);
  });

  it("says its title where the mail has no body", async () => {
    for (const text of [undefined, ""]) {
      const { bodyOf } = await mailOf({ text, invitation: { start, summary: "Review" } });
      assert.equal(bodyOf("text/plain")?.trim(), "Review");
    }
  });

  it("without one is as it was", async () => {
    for (const invitation of [undefined, null, ""])
      assert.deepEqual((await mailOf({ invitation })).shape, "text/plain");
  });

  it("is read back with its text, HTML and the calendar for Graph", async () => {
    const { text, html, attachments } = await mailOf({ text: "Hello", html: "<p>Hello</p>", invitation: { start } });
    assert.deepEqual([text?.trim(), html], ["Hello", "<p>Hello</p>"]);
    assert.deepEqual(
      attachments.map(({ name, contentType }) => [name, contentType]),
      [
        ["attachment", "text/calendar; charset=utf-8; method=REQUEST"],
        ["invite.ics", "application/ics"],
      ],
    );
  });

  it("is shown in a preview with title, times, place and method", () => {
    const shown = (invitation: object) => readSample({ ...draft(), invitation }, sender).invitation;
    const end = "2026-12-01T11:00+01:00";
    const instants = { start: "2026-12-01T09:00:00Z", end: "2026-12-01T10:00:00Z" };
    assert.deepEqual(shown({ start, end, location: "Room 1" }), {
      ...{ method: "REQUEST", title: "x", ...instants, place: "Room 1", repeats: false },
    });
    assert.deepEqual(shown({ start: "2026-12-01T10:00", end, timeZone: "Europe/Berlin" }), {
      ...{ method: "REQUEST", title: "x", ...instants, timeZone: "Europe/Berlin", place: "", repeats: false },
    });
    const days = { start: "2026-12-24", end: "2026-12-26" };
    assert.deepEqual(shown({ ...days, method: "cancel", uid: "1", summary: "Holidays", rrule: "FREQ=YEARLY" }), {
      ...{ method: "CANCEL", title: "Holidays", ...days, place: "", repeats: true },
    });
  });
});

const lines = (...more: string[]): string[] => [
  ...[
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Example//EN",
    "METHOD:REQUEST",
    "BEGIN:VEVENT",
    "UID:4711@example.com",
  ],
  ...[
    "DTSTAMP:20261121T080000Z",
    "DTSTART;TZID=Europe/Berlin:20261201T100000",
    "DTEND;TZID=Europe/Berlin:20261201T110000",
  ],
  ...["SUMMARY:Wartung\\, Süd", "LOCATION:Halle 2", "ORGANIZER:mailto:eva@example.com"],
  ...["ATTENDEE:mailto:ann@example.org", ...more, "END:VEVENT", "END:VCALENDAR"],
];
const ready = lines().join("\r\n");
const replaced = (from: string, to: string): string => ready.replace(from, to);

describe("A ready-made invitation", () => {
  const forms: [what: string, value: unknown][] = [
    ["a text", ready],
    ["a text with line feeds", `\ufeff${ready.replaceAll("\r\n", "\n")}\n\n`],
    ["a Buffer", Buffer.from(ready)],
    ["a Uint8Array", new Uint8Array(Buffer.from(ready))],
    ["a Buffer that went through JSON", JSON.parse(JSON.stringify(Buffer.from(ready)))],
  ];
  for (const [what, invitation] of forms)
    it(`goes out as it is, with CRLF, from ${what}`, async () => {
      const { bodyOf } = await mailOf({ invitation });
      assert.equal(bodyOf("text/calendar"), `${ready}\r\n`);
    });

  it("is named in the type by its own method, and shown by its own words", async () => {
    const invitation = ready.replace("METHOD:REQUEST", "method:cancel");
    assert.match((await compose({ invitation })).source, /text\/calendar;[^:]*method=CANCEL/);
    assert.deepEqual(readSample({ ...draft(), invitation }, sender).invitation, {
      ...{ method: "CANCEL", title: "Wartung, Süd", place: "Halle 2", repeats: false },
      ...{ start: "2026-12-01T09:00:00Z", end: "2026-12-01T10:00:00Z", timeZone: "Europe/Berlin" },
    });
    const mixed = invitation.replace(/DTEND.*/, "DTEND:20261201T100000Z");
    assert.equal(readSample({ ...draft(), invitation: mixed }, sender).invitation?.end, "2026-12-01T10:00:00Z");
    const elsewhere = invitation.replaceAll("Europe/Berlin", "Hall clock");
    const { start, end, timeZone } = readSample({ ...draft(), invitation: elsewhere }, sender).invitation ?? {};
    assert.deepEqual([start, end, timeZone], ["2026-12-01T10:00:00", "2026-12-01T11:00:00", "Hall clock"]);
  });

  it("may be a series with an exception of the same id", async () => {
    const event = ready.slice(ready.indexOf("BEGIN:VEVENT"), ready.indexOf("END:VCALENDAR"));
    const exception = event.replace("SUMMARY", "RECURRENCE-ID:20261208T090000Z\r\nSUMMARY");
    const invitation = ready.replace("END:VCALENDAR", `${exception}END:VCALENDAR`);
    assert.equal((await mailOf({ invitation })).bodyOf("text/calendar"), `${invitation}\r\n`);
  });

  it("may be folded with tabs, and have parameters and properties of anybody's own", async () => {
    const invitation = replaced("ATTENDEE", 'X-OWN;X-P="a:b";Y=c:d\r\n\te\r\nATTENDEE;X-NUM-GUESTS=0');
    assert.equal((await mailOf({ invitation })).bodyOf("text/calendar"), `${invitation}\r\n`);
  });

  const refused: [what: string, value: unknown, reason: string][] = [
    ["some other text", "Hello", "invitation-unreadable"],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00]), "invitation-unreadable"],
    ["half a calendar", ready.slice(0, -30), "invitation-unreadable"],
    ["a line that is none", replaced("SUMMARY:", "SUMMARY "), "invitation-unreadable"],
    ["a name with a space", replaced("ATTENDEE:", "ATTENDEE :"), "invitation-unreadable"],
    ["a name of a vCard", replaced("ATTENDEE:", "a.ATTENDEE:"), "invitation-unreadable"],
    ["an empty line", replaced("ATTENDEE:", "\r\nATTENDEE:"), "invitation-unreadable"],
    ["parts that are closed by others", replaced("UID:", "END:VTODO\r\nUID:"), "invitation-unreadable"],
    [
      "parts within parts",
      replaced("UID:", `${"BEGIN:X\r\n".repeat(9999)}${"END:X\r\n".repeat(9999)}UID:`),
      "invitation-unreadable",
    ],
    ["two calendars", `${ready}\r\n${ready}`, "invitation-unreadable"],
    ["a task", ready.replaceAll("VEVENT", "VTODO"), "invitation-unreadable"],
    [
      "no event",
      replaced(ready.slice(ready.indexOf("BEGIN:VEVENT"), ready.indexOf("END:VCALENDAR")), ""),
      "invitation-unreadable",
    ],
    ["an event without an id", replaced("UID:4711@example.com\r\n", ""), "invitation-unreadable"],
    ["two ids of one event", replaced("UID:", "UID:1\r\nUID:"), "invitation-unreadable"],
    ["a control character", replaced("Wartung", "War\u0000tung"), "invitation-unreadable"],
    ["no method", replaced("METHOD:REQUEST\r\n", ""), "invitation-method"],
    ["two methods", replaced("METHOD:REQUEST", "METHOD:REQUEST\r\nMETHOD:CANCEL"), "invitation-method"],
    ["an answer", replaced("METHOD:REQUEST", "METHOD:REPLY"), "invitation-method"],
    [
      "a method with a parameter for the header",
      replaced("METHOD:REQUEST", "METHOD:REQUEST; x=y"),
      "invitation-method",
    ],
    ["no start", replaced("DTSTART;TZID=Europe/Berlin:20261201T100000\r\n", ""), "invitation-start-missing"],
    ["a start that is no time", replaced("20261201T100000", "soon"), "invitation-time-invalid"],
    ["no organizer", replaced("ORGANIZER:mailto:eva@example.com\r\n", ""), "invitation-invalid"],
    [
      "two events",
      replaced("END:VCALENDAR", `${ready.slice(ready.indexOf("BEGIN:VEVENT")).replace("UID:4711", "UID:4712")}`),
      "invitation-several",
    ],
    [
      "a file inside",
      replaced("LOCATION", `ATTACH;ENCODING=BASE64;VALUE=BINARY:${"A".repeat(500_000)}\r\nLOCATION`),
      "invitation-too-large",
    ],
  ];
  for (const [what, invitation, reason] of refused)
    it(`is refused as ${what}`, () => {
      const error = refusalOf({ invitation });
      assert.deepEqual([error.reason, error.field], [reason, "invitation"]);
      assert.doesNotMatch(error.message, /[\u0000-\u001f]/);
    });
});
