import assert from "node:assert/strict";
import ical, { type VEvent } from "node-ical";
import type { RawSendEmail } from "../../src/settings/send-email-raw";
import { configurationNode, describeOnEachVersion, loadFlow, stepNode } from "../support/flow";
import { type MailServer, startMailServer } from "../support/mail-server";

describeOnEachVersion("an invitation in a flow", () => {
  let server: MailServer;

  beforeEach(async () => {
    server = await startMailServer();
  });
  afterEach(() => server.close());

  /** The calendar of the last mail that arrived, as a mail program finds it. */
  function received(): { text: string; event: VEvent } {
    const part = server.mails.at(-1)?.parsed.attachments.find(({ contentType }) => contentType === "text/calendar");
    assert.ok(part, "no text/calendar");
    const text = part.content.toString("utf8");
    const event = Object.values(ical.sync.parseICS(text)).find((each) => each.type === "VEVENT");
    return { text, event: event as VEvent };
  }

  const fields: Partial<RawSendEmail> = {
    ...{ invitationKind: "fields", invitationStart: "{{payload.day}} 10:00", invitationTimeZone: "Europe/Berlin" },
    ...{ invitationEnd: "payload.end", invitationEndType: "msg", invitationLocation: "Room {{payload.room}}" },
    ...{ invitationUid: "order-{{payload.id}}@example.com", invitationSequence: "payload.version" },
    ...{ invitationSequenceType: "msg", invitationMethod: "payload.action", invitationMethodType: "msg" },
  };
  const payload = { day: "2026-12-01", end: "2026-12-01T11:30+01:00", room: "1; Süd", id: 4711 };

  it("is made of the step's fields, with what the message brings, and cancelled by the same id", async () => {
    const step = stepNode({ ...fields, textType: "str", text: "Please come." });
    const flow = await loadFlow([configurationNode(server.port), step]);
    flow.send({ to: "ann@example.com", topic: "Review", payload });
    const { email } = await flow.next();
    assert.equal(email?.["state"], "accepted");
    const { event } = received();
    assert.deepEqual(
      [event.method, event.uid, event.sequence, event.summary, event.location, event.start.toISOString()],
      ["REQUEST", "order-4711@example.com", "0", "Review", "Room 1; Süd", "2026-12-01T09:00:00.000Z"],
    );
    assert.match(
      server.mails[0]?.raw.toString() ?? "",
      /^Content-Type: text\/calendar; charset=utf-8; method=REQUEST\r$/m,
    );
    assert.equal(server.mails[0]?.parsed.text?.trim(), "Please come.");

    flow.send({ to: "ann@example.com", topic: "Review", payload: { ...payload, version: 2, action: "cancel" } });
    await flow.next();
    const cancelled = received().event;
    assert.deepEqual(
      [cancelled.method, cancelled.uid, cancelled.sequence, cancelled.status],
      ["CANCEL", "order-4711@example.com", "2", "CANCELLED"],
    );
  });

  it("comes as a value: an object or a text; where there is none, the mail has none", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode({ invitationKind: "value" })]);
    const start = new Date("2026-12-01T09:00:00Z");
    flow.send({ to: "ann@example.com", topic: "Review", payload: "Come.", invitation: { start, summary: "Meeting" } });
    await flow.next();
    const { text, event } = received();
    assert.equal(event.summary, "Meeting");
    flow.send({ to: "ann@example.com", topic: "Review", payload: "Come.", invitation: Buffer.from(text) });
    await flow.next();
    assert.equal(received().text, text);
    flow.send({ to: "ann@example.com", topic: "Review", payload: "No." });
    await flow.next();
    assert.deepEqual(server.mails.at(-1)?.parsed.attachments, []);
  });

  it("is no part of a step that does not ask for one", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode()]);
    flow.send({ to: "ann@example.com", payload: "Text", invitation: "BEGIN:VCALENDAR" });
    await flow.next();
    assert.deepEqual(server.mails[0]?.parsed.attachments, []);
  });

  it("that is wrong is refused by field, and nothing is sent", async () => {
    const flow = await loadFlow([configurationNode(server.port), stepNode({ ...fields, invitationTimeZone: "" })]);
    flow.send({ to: "ann@example.com", topic: "Review", payload });
    const { error } = await flow.nextError();
    assert.match(String(error?.["message"]), /^invitation\.start: it is not clear in which time zone/);
    assert.deepEqual(server.mails, []);
  });
});
