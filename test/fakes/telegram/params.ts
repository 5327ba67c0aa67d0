import { badRequest } from './types.ts';

export type Params = Record<string, unknown>;

/** Reads a call's parameters, JSON or multipart, and the file that came along. */
export async function readParams(body: Buffer, contentType: string) {
  if (!contentType.startsWith('multipart/form-data')) {
    return { params: body.length > 0 ? (JSON.parse(body.toString('utf8')) as Params) : {}, file: undefined };
  }
  const boundary = /boundary=(\S+)/.exec(contentType)?.[1] ?? '';
  const params: Params = {};
  let file: { name: string; data: Buffer } | undefined;
  for (const part of splitParts(body, `--${boundary}`)) {
    const end = part.indexOf('\r\n\r\n');
    const head = part.subarray(0, end).toString('utf8');
    const data = part.subarray(end + 4);
    const name = /name="([^"]*)"/.exec(head)?.[1] ?? '';
    const fileName = /filename="?([^"\r\n]*)"?/.exec(head)?.[1];
    if (fileName !== undefined) file = { name: fileName, data };
    else params[name] = readField(data.toString('utf8'));
  }
  return { params, file };
}

function splitParts(body: Buffer, delimiter: string): Buffer[] {
  const parts: Buffer[] = [];
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const end = body.indexOf(delimiter, start + delimiter.length);
    if (end < 0) break;
    parts.push(body.subarray(start + delimiter.length + 2, end - 2));
    start = end;
  }
  return parts;
}

function readField(text: string): unknown {
  if (!/^(-?\d+|true|false|[[{].*)$/s.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** @throws {ApiError} when it is missing or no whole number */
export function integer(params: Params, name: string): number {
  const value = params[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw badRequest(`${name} is not specified`);
  return value;
}

export function optionalInteger(params: Params, name: string): number | undefined {
  return params[name] === undefined ? undefined : integer(params, name);
}
