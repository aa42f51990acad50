/** An answer other than success, as Graph writes it. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const malformed = (message: string): Refusal => new Refusal(400, "RequestBodyRead", message);
export const notFound = (): Refusal =>
  new Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.");
export const tooLarge = (): Refusal =>
  new Refusal(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.");
