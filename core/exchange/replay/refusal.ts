/**
 * An answer of the exchange that refuses a request: HTTP status, error code and message, as Binance words them.
 * Thrown inside the replay exchange only, and turned into the answer by its server.
 */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: number, message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }

  /** The body that clients read. */
  body(): { readonly code: number; readonly msg: string } {
    return { code: this.code, msg: this.message };
  }
}

/** -1102: a parameter is missing, empty or malformed. */
export function missing(name: string): Refusal {
  return new Refusal(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}
