/**
 * Microsoft's limits for mail ("Microsoft Graph throttling guidance", "Attach large files to
 * Outlook messages", "user: sendMail"), in bytes.
 */

/** What one request may have, base64 included: 4 MB. */
export const REQUEST_BYTES = 4_000_000;

/**
 * From here on an attachment goes by an upload session, and must: a session for less is refused
 * (ErrorAttachmentSizeShouldNotBeLessThanMinimumSize), and more in one request is, too.
 */
export const SESSION_BYTES = 3 * 1024 * 1024;

/** A range of an upload: a multiple of 320 KiB, under 4 MB. */
export const RANGE_BYTES = 12 * 320 * 1024;

/** `internetMessageHeaders` of a message. */
export const OWN_HEADERS = 5;

/** Requests at once for each application and mailbox. */
export const REQUESTS_AT_ONCE = 4;

/** How long to wait where Graph says to wait but not how long. */
export const USUAL_RETRY_AFTER_MS = 10_000;

/** The limits of a day are counted over 24 hours, so some of it is free again before. */
export const DAILY_LIMIT_RETRY_MS = 60 * 60_000;
