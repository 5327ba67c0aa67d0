/** What a download server does to one request instead of answering it well. */
export type Fault =
  /** Hangs up after so many bytes of the body. */
  | { kind: 'drop'; afterBytes: number }
  /** Sends so many bytes and then nothing more, without hanging up. */
  | { kind: 'stall'; afterBytes: number }
  | { kind: 'status'; status: number; headers?: Record<string, string> }
  /** The right length with wrong bytes in the middle. */
  | { kind: 'corrupt' }
  /** Answers a range with the whole file. */
  | { kind: 'ignore-range' }
  /** Answers a range with the same one of whatever file is there by now. */
  | { kind: 'ignore-if-range' }
  /** Well, but without saying how long it is. */
  | { kind: 'chunked' }
  /** Fewer bytes than the hub promised, as a whole answer. */
  | { kind: 'short'; bytes: number };
