/** A model that can't be had or used: its message is one sentence that says what to do about it. */
export class ModelError extends Error {
  override name = 'ModelError';
}

/** The `code` of a system error such as `ENOSPC`, if it is one. */
export function systemCode(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Turns a failure to write in `folder` into a sentence that says what to do. */
export function diskError(error: unknown, folder: string): ModelError {
  const code = systemCode(error) ?? String(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(folder);
  const user = process.getuid?.();
  const who = user === undefined ? 'this user' : `user ${user}`;
  return new ModelError(
    `${folder} can't be written to (${code}): let ${who} write there, or set MODELS_DIR to another folder.`,
  );
}

/** @param missingBytes how much more room is needed, where that is known */
export function diskFull(folder: string, missingBytes?: number): ModelError {
  const room = missingBytes === undefined ? 'some room' : `${Math.ceil(missingBytes / 1e6)} MB more`;
  return new ModelError(
    `The disk that ${folder} is on is full: free ${room}, or set MODELS_DIR to a folder on another disk.`,
  );
}
