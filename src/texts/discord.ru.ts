import type { discordEn } from './discord.en.ts';

export const discordRu: typeof discordEn = {
  rest: {
    note: 'Discord даёт мне писать здесь по 15 минут. История продолжается: нажмите кнопку, чтобы её прочесть.',
    button: 'Показать дальше',
  },
};
