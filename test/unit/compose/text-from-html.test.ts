import assert from "node:assert/strict";
import { textFromHtml } from "../../../src/compose/text-from-html";

describe("the text that is made from HTML", () => {
  it("keeps the rows of a table apart, and the cells of a row", () => {
    const html = `<p>Orders</p><table>
      <tr><th>Article</th><th>Pieces</th></tr>
      <tr><td>Screen</td><td>2</td></tr>
      <tr><td>Cable</td>
          <td></td></tr>
    </table><p>Thank you.</p>`;
    assert.equal(
      textFromHtml(html).replaceAll(/ +$/gm, ""),
      "Orders\n\nArticle  Pieces\nScreen  2\nCable\n\nThank you.",
    );
  });

  it("reads a mail that is laid out with tables in tables as the text in them", () => {
    const html =
      "<table><tr><td><p>Dear Ann,</p><table><tr><td>Total</td><td><b>3</b></td></tr></table></td></tr></table>";
    assert.equal(textFromHtml(html), "Dear Ann,\n\nTotal  3");
  });

  it("names where a link leads, once", () => {
    const html =
      '<a href="https://example.com/a">Approve</a> <a href="https://example.com/b">https://example.com/b</a>';
    assert.equal(textFromHtml(html), "Approve [https://example.com/a] https://example.com/b");
  });
});
