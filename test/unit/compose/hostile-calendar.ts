import fc from "fast-check";

const LINES = [
  ...["ATTENDEE:mailto:eve@example.org", "attendee;x=y:MAILTO:eve@example.org", "BEGIN:VEVENT", "END:VEVENT"],
  ...["ORGANIZER:mailto:eve@example.org", "ATTENDEE\r\n :mailto:eve@example.org", 'ATTENDEE;CN="a\r\n b":x'],
  ...["ATTENDEE ;x:mailto:eve@example.org", "X:1\rATTENDEE:mailto:eve@example.org", "BEGIN:VTODO", "END:VTODO"],
  ...["BEGIN:VALARM", "END:VALARM", "UID:4711@example.com", "METHOD:CANCEL", "BEGIN:VCALENDAR", "END:VCALENDAR"],
];

/** Up to four lines that would invite others, or make no sense, each with its place among those of a calendar. */
export function linesAmong(lines: readonly string[], more: readonly string[] = []): fc.Arbitrary<[number, string][]> {
  const line = fc.oneof(fc.constantFrom(...LINES, ...more), fc.string({ maxLength: 20 }));
  return fc.array(fc.tuple(fc.nat(lines.length), line), { minLength: 1, maxLength: 4 });
}
