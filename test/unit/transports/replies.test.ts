import assert from "node:assert/strict";
import { readCapabilities } from "../../../src/transports/smtp/capabilities";
import { readReply } from "../../../src/transports/smtp/reply";

describe("reading a reply", () => {
  const cases: [text: string, replyCode: number | undefined, enhancedCode: string | undefined, response: string][] = [
    ["250 Ok", 250, undefined, "250 Ok"],
    ["250", 250, undefined, "250"],
    ["550 5.1.1 No such user", 550, "5.1.1", "550 5.1.1 No such user"],
    ["550-5.7.1 one\r\n550-5.7.1 two\r\n550 5.7.1 three", 550, "5.7.1", "550 5.7.1 one two three"],
    ["554 5.7.1", 554, "5.7.1", "554 5.7.1"],
    ["421 127.0.0.1 busy", 421, undefined, "421 127.0.0.1 busy"],
    ["* OK IMAP", undefined, undefined, "* OK IMAP"],
    ["", undefined, undefined, ""],
  ];
  for (const [text, replyCode, enhancedCode, response] of cases) {
    it(JSON.stringify(text), () => {
      const read = readReply(text);
      assert.deepEqual([read.replyCode, read.enhancedCode, read.response], [replyCode, enhancedCode, response]);
    });
  }
});

describe("reading what a server can do", () => {
  it("lists extensions, mechanisms and size, however they are written", () => {
    const read = readCapabilities(
      "250-mail.example.com AUTH STARTTLS\r\n250-auth=LOGIN\r\n250-AUTH plain LOGIN\r\n250-SIZE 1000\r\n250 SmtpUtf8",
    );
    assert.deepEqual(read, {
      starttls: false,
      auth: ["LOGIN", "PLAIN"],
      maxBytes: 1000,
      smtpUtf8: true,
      pipelining: false,
    });
  });

  it("knows no size where the server does not say, or says zero", () => {
    for (const size of ["SIZE", "SIZE 0", "SIZE x"])
      assert.equal(readCapabilities(`250-a\r\n250 ${size}`).maxBytes, undefined);
  });

  it("is nothing after HELO", () => {
    assert.deepEqual(readCapabilities("250 mail.example.com"), {
      starttls: false,
      auth: [],
      smtpUtf8: false,
      pipelining: false,
    });
  });
});
