/**
 * Loads everything that sends, with nodemailer, at the first mail or test instead of at the
 * start of Node-RED, which many flows reach without sending anything.
 */
export function loadMailer(): typeof import("../../src/mailer") {
  return require("../../src/mailer") as typeof import("../../src/mailer");
}
