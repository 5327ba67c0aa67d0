import { describe, expect, it } from 'vitest';
import type { ChatMessage, Prompt } from '../generator.ts';
import { shortened } from './shorten.ts';

const system: ChatMessage = { role: 'system', content: 'You tell tales.' };
const said = (role: ChatMessage['role'], content: string): ChatMessage => ({ role, content });

/** The messages of a chat, shortened again and again until nothing is left to leave out. */
function allShortened(messages: ChatMessage[], context: number): ChatMessage[][] {
  const all: ChatMessage[][] = [];
  const first: Prompt = { kind: 'chat', messages };
  for (let left = shortened(first, context); left?.kind === 'chat'; left = shortened(left, context))
    all.push(left.messages);
  return all;
}

describe('a chat that is too long', () => {
  const tale = 'The fox ran home. '.repeat(20);
  const turns = [0, 1, 2].flatMap((turn) => [said('user', `Part ${turn}`), said('assistant', tale)]);

  it('loses a question with its answer, since templates may refuse to begin with one', () => {
    const all = allShortened([system, ...turns, said('user', 'The end')], 100);
    expect(all.map((messages) => messages[1]?.content)).toEqual(['Part 1', 'Part 2', 'The end']);
    for (const messages of all) expect([messages[0], messages[1]?.role]).toEqual([system, 'user']);
  });

  it('keeps the question whose answer is continued, and loses the beginning of the longer of them', () => {
    const [first, second] = allShortened([system, said('user', 'A fox'), said('assistant', tale)], 100);
    expect(first).toEqual([system, said('user', 'A fox'), said('assistant', tale.slice(100))]);
    expect(second).toEqual([system, said('user', 'A fox'), said('assistant', tale.slice(200))]);
    const [asked] = allShortened([system, said('user', tale), said('assistant', 'Once')], 100);
    expect(asked).toEqual([system, said('user', tale.slice(100)), said('assistant', 'Once')]);
  });
});
