import { adminRu } from './admin.ru.ts';
import type { Catalogue } from './catalogue.ts';
import { countRu as count } from './count.ts';
import { discordRu } from './discord.ru.ts';
import { historyRu } from './history.ru.ts';
import { pageRu } from './page.ru.ts';
import { telegramRu } from './telegram.ru.ts';

const duration = (seconds: number) =>
  seconds < 90
    ? count(Math.max(1, Math.round(seconds)), 'секунду', 'секунды', 'секунд')
    : count(Math.round(seconds / 60), 'минуту', 'минуты', 'минут');

export const ru: Catalogue = {
  refusals: {
    empty: () => 'Напишите, как начинается история, например: «In a city under the sea,»',
    tooLong: ({ limit = 0 }) =>
      `Это слишком длинно для одного раза: уложитесь, пожалуйста, в ${count(limit, 'знак', 'знака', 'знаков')}.`,
    controlCharacters: () => 'В тексте есть управляющие символы. Пришлите его, пожалуйста, простым текстом.',
    brokenText: () => 'Часть символов дошла испорченной. Пришлите текст, пожалуйста, ещё раз.',
    notAllowed: () => 'Здесь мне не разрешено рассказывать истории. Спросите того, кто меня запустил.',
    blocked: () => 'Сейчас вы не можете мной пользоваться. Спросите того, кто меня запустил.',
    quota: ({ seconds = 0 }) =>
      `Пока что ваши истории закончились. Следующая будет доступна через ${duration(seconds)}.`,
    queueFull: ({ seconds = 0 }) =>
      `Сейчас слишком много желающих услышать историю. Попробуйте, пожалуйста, через ${duration(seconds)}.`,
    nothingToContinue: () => 'Здесь ещё нет истории. Сначала начните её.',
    stillWriting: () => 'Эта часть ещё пишется. Остановите её или подождите немного.',
    notFound: () => 'Я больше не нахожу эту часть истории.',
    nothingToUndo: () => 'Больше нечего отменять.',
    nothingToStop: () => 'Сейчас здесь ничего не пишется.',
    badSetting: ({ expected = 'другое значение' }) =>
      `Такое значение этой настройке не подходит: нужно ${expected}.`,
    databaseDown: () => 'Я сейчас не могу добраться до своей памяти. Попробуйте, пожалуйста, через минуту.',
    exportTooLarge: () =>
      'Столько я сюда прислать не могу. Выберите одну историю или обратитесь к тому, кто меня запустил: страница администратора и «storyteller export» отдают всё.',
    internal: () => 'У меня что-то пошло не так. Попробуйте, пожалуйста, ещё раз.',
  },
  failures: {
    noModel: 'Рассказчик сейчас недоступен. Нажмите «Ещё раз» через минуту.',
    badRequest: 'Продолжить отсюда не получилось. Попробуйте начало покороче.',
    gaveUp:
      'С этой историей каждый раз что-то шло не так, и я перестал пытаться. Нажмите «Ещё раз», чтобы попробовать снова.',
  },
  notes: {
    queued: (position, etaSeconds) => {
      const place = position <= 1 ? 'Следующая очередь — ваша' : `Ваш номер в очереди: ${position}`;
      return etaSeconds === undefined ? `${place}…` : `${place}, примерно через ${duration(etaSeconds)}…`;
    },
    starting: 'Думаю…',
    reading: (percent) => `Читаю историю, ${percent}%…`,
    waitingForGenerator: 'Рассказчик запускается заново; история продолжится через мгновение…',
    stopped: 'Остановлено.',
    empty: '(Рассказчику нечего добавить.)',
    takenBack: 'Отменено.',
    version: (index, total) => `Вариант ${index} из ${total}`,
  },
  buttons: { continue: 'Дальше', retry: 'Ещё раз', undo: 'Отменить', stop: 'Стоп', previous: '◀', next: '▶' },
  discord: discordRu,
  telegram: telegramRu,
  history: historyRu,
  admin: adminRu,
  page: pageRu,
};
