import type { telegramEn } from './telegram.en.ts';

const plural = new Intl.PluralRules('ru');
const count = (n: number, one: string, few: string, many: string) =>
  `${n} ${{ one, few, many, zero: many, two: few, other: many }[plural.select(n)]}`;

export const telegramRu: typeof telegramEn = {
  start:
    'Расскажите, как начинается история, и я продолжу её у вас на глазах. Напишите своё начало или возьмите одно из этих:',
  startInGroup:
    'Пришлите /story и начало истории или упомяните меня вместе с ним, и я продолжу её у всех на глазах. Ответьте на историю, чтобы подсказать, что дальше, или возьмите одно из этих начал:',
  openings: [
    'In a city under the sea,',
    'The last dragon was afraid of',
    'Every night at twelve, the old clock',
  ],
  onlyText: 'Я понимаю только текст, который вы пишете сами. Напишите, как начинается история, и я продолжу.',
  unknownCommand: 'Такой команды я не знаю. Вот что я умею:',
  commands: {
    story: 'Начать историю: /story In a city under the sea,',
    continue: 'Писать дальше, можно с вашими словами',
    retry: 'Написать последнюю часть по-другому',
    undo: 'Отменить последнюю часть',
    stop: 'Остановиться',
    history: 'Истории, рассказанные здесь',
    settings: 'Насколько длинны и неожиданны истории',
    export: 'Истории этого чата файлом',
    clear: 'Удалить истории этого чата',
    forget: 'Удалить всё, что вы мне писали, везде',
    help: 'Что я умею',
  },
  history: {
    none: 'Историй пока нет. Напишите, как начинается первая.',
    title: 'Истории, рассказанные здесь, сначала новые:',
    parts: (n) => count(n, 'часть', 'части', 'частей'),
    older: 'Раньше',
  },
  settings: {
    title: 'Настройки этого чата',
    names: {
      maxTokens: 'Длина (токены)',
      temperature: 'Температура',
      topK: 'Top-k',
      topP: 'Top-p',
      minP: 'Min-p',
      language: 'Язык',
    },
    ownLanguage: 'у каждого свой',
    usage: 'Нажимайте кнопки или пришлите название и значение: /settings temperature 0.7',
    unknown: (names) => `Такой настройки нет. Есть: ${names}.`,
    reset: 'По умолчанию',
    managersOnly: 'Это могут менять только администраторы группы.',
  },
  clear: {
    question: 'Удалить все истории этого чата? Вернуть их будет нельзя.',
    yes: 'Удалить',
    done: (n) =>
      n === 0 ? 'Историй здесь не было.' : `Удалено: ${count(n, 'история', 'истории', 'историй')}.`,
  },
  forget: {
    question: 'Удалить ваше имя и всё, что вы мне писали, здесь и везде? Вернуть это будет нельзя.',
    yes: 'Забыть меня',
    done: (n) => `Готово: я забыл вас${n === 0 ? '' : ` и ${count(n, 'часть', 'части', 'частей')} историй`}.`,
  },
  cancel: 'Не надо',
  cancelled: 'Ничего не удалено.',
  notYourButton: 'Эта кнопка для того, кто спрашивал.',
  oldButton: 'Эта кнопка устарела. Повторите, пожалуйста, команду.',
  admin: {
    notYou: 'Это только для того, кто меня запустил.',
    missing: 'В этом процессе нет команд администратора.',
    privateOnly: 'Спросите меня об этом, пожалуйста, в личном чате.',
    usage: 'Команды: /admin stats, /admin export [формат], /admin block ID, /admin unblock ID.',
    formats: (names) => `Могу выгрузить так: ${names}.`,
    blocked: (id) => `Заблокирован: ${id}.`,
    unblocked: (id) => `Разблокирован: ${id}.`,
    unknownAuthor: (id) => `Никто с ID ${id} мне не писал.`,
    failed: 'Не получилось; почему, написано в журнале.',
  },
};
