/**
 * All that the package has beside its compiled sources, which are compared with those. Whoever adds a file that users
 * are to get adds it here: `npm pack --dry-run` shows what there is.
 */
export const LISTED = [
  "CHANGELOG.md",
  "LICENSE",
  "README.md",
  "dist/nodes/icons/envelope.svg",
  "dist/nodes/icons/post-box.svg",
  "dist/nodes/locales/de/outbox-tab.html",
  "dist/nodes/locales/de/outbox-tab.json",
  "dist/nodes/locales/de/send-email.html",
  "dist/nodes/locales/de/send-email.json",
  "dist/nodes/locales/de/smtp-config.html",
  "dist/nodes/locales/de/smtp-config.json",
  "dist/nodes/locales/en-US/outbox-tab.html",
  "dist/nodes/locales/en-US/outbox-tab.json",
  "dist/nodes/locales/en-US/send-email.html",
  "dist/nodes/locales/en-US/send-email.json",
  "dist/nodes/locales/en-US/smtp-config.html",
  "dist/nodes/locales/en-US/smtp-config.json",
  "dist/nodes/outbox-tab.html",
  "dist/nodes/send-email.html",
  "dist/nodes/smtp-config.html",
  "docs/architecture.md",
  "docs/capabilities.md",
  "docs/comparison.md",
  "docs/configuration.md",
  "docs/gmail.md",
  "docs/images/architecture.svg",
  "docs/images/configuration.png",
  "docs/images/outbox-tab.png",
  "docs/images/send-email.png",
  "docs/images/soak.svg",
  "docs/images/test-passed.png",
  "docs/import.md",
  "docs/licences.md",
  "docs/microsoft-365.md",
  "docs/outbox.md",
  "docs/performance.md",
  "docs/security.md",
  "docs/sending.md",
  "docs/soak.md",
  "docs/test.md",
  "examples/01-notification-with-default-configuration.json",
  "examples/02-approval-with-html-template.json",
  "examples/03-report-with-csv-and-picture.json",
  "examples/04-catch-and-retry.json",
  "examples/05-configuration-chosen-by-message.json",
  "examples/06-queue-and-outcome.json",
  "examples/07-microsoft-graph.json",
  "examples/08-invitation.json",
  "package.json",
];

/**
 * In bytes: with some room above what it is now, so that a picture that is too large, or a library that slipped in,
 * is noticed and not a new page of documentation.
 */
export const MOST_PACKED = 900_000;
export const MOST_UNPACKED = 2_500_000;
