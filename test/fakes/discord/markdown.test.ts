import { expect, test } from 'vitest';
import { embeds, pings, seen } from './markdown.ts';

test.each([
  ['plain words, a - dash and 3 < 4', 'plain words, a - dash and 3 < 4', []],
  ['**bold** and *lean*', 'bold and lean', ['bold', 'italics']],
  ['snake_case_name', 'snake_case_name', []],
  ['_lean_ ~~gone~~ ||secret||', 'lean gone secret', ['italics', 'strike', 'spoiler']],
  ['\\*not\\* \\_lean\\_ \\\\', '*not* _lean_ \\', []],
  ['# Title\ntext', 'Title\ntext', ['heading']],
  ['a\n-# small', 'a\nsmall', ['subtext']],
  ['- one\n1. two', '• one\n• two', ['list', 'list']],
  ['> said\nnot', 'said\nnot', ['quote']],
  ['`x*y*`', 'x*y*', ['code']],
  ['```js\nlet a\n```', 'let a', ['code block']],
  ['[x](https://a.example)', 'x', ['link']],
  ['see https://a.example now', 'see https://a.example now', ['link']],
  ['<@1> @everyone <#2> <@&3>', '<@1> @everyone <#2> <@&3>', ['mention', 'mention', 'mention', 'mention']],
  [':smile: <:wave:12> <t:1:R>', '[emoji] [emoji] [a time]', ['emoji', 'emoji', 'timestamp']],
  ['  trimmed \n', 'trimmed', []],
])('%j is seen as %j', (content, text, formats) => {
  expect(seen(content)).toEqual({ text, formats });
});

test('mentions ping unless they are not allowed to', () => {
  expect(pings('<@1> \\<@2> <@&3> @everyone', undefined)).toEqual(['1', '2', '3', 'everyone']);
  expect(pings('<@1> <@&3> @everyone', { parse: [] })).toEqual([]);
  expect(pings('<@1> <@2>', { parse: [], users: ['2'] })).toEqual(['2']);
});

test('addresses are unfurled unless embeds are suppressed', () => {
  expect(embeds('https://a.example discord.gg/abc', 0)).toEqual(['https://a.example', 'discord.gg/abc']);
  expect(embeds('https://a.example', 4)).toEqual([]);
});
