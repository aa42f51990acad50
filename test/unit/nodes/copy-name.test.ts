import assert from "node:assert/strict";
import { copyName } from "../../../nodes/editor/configuration/copy-name";

describe("The name of a copy", () => {
  it("is that of the original with _copied", () => {
    assert.equal(copyName("Sales_SMTP", ["Sales_SMTP"]), "Sales_SMTP_copied");
  });

  it("has the first number that is free", () => {
    const taken = ["Sales", "Sales_copied", "Sales_copied2", "Sales_copied4"];
    assert.equal(copyName("Sales", taken), "Sales_copied3");
  });

  it("has at most 50 characters, number included", () => {
    const long = "x".repeat(50);
    assert.equal(copyName(long, [long]), `${"x".repeat(43)}_copied`);
    const taken = [copyName(long, []), ...Array.from({ length: 8 }, (_, n) => `${"x".repeat(42)}_copied${n + 2}`)];
    assert.equal(copyName(long, taken), `${"x".repeat(41)}_copied10`);
  });

  it("has only letters, digits and underscores, whatever an imported flow calls the original", () => {
    assert.equal(copyName("${SMTP_NAME}", []), "SMTP_NAME_copied");
    assert.equal(copyName("Büro <b>Sales</b>", []), "B_ro_b_Sales_b_copied");
    assert.equal(copyName("", []), "smtp_config_copied");
  });
});
