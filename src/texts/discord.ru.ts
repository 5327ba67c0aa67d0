import { countRu } from './count.ts';
import type { discordEn } from './discord.en.ts';

export const discordRu: typeof discordEn = {
  commands: {
    story: { name: 'рассказ', description: 'Начать историю: я продолжу ваши слова' },
    continue: { name: 'дальше', description: 'Писать историю этого канала дальше' },
    undo: { name: 'отменить', description: 'Убрать последнюю часть истории' },
    stop: { name: 'стоп', description: 'Перестать писать' },
    history: { name: 'истории', description: 'Истории, рассказанные в этом канале' },
    settings: { name: 'настройки', description: 'Как пишутся истории в этом канале' },
    export: { name: 'скачать', description: 'Забрать истории этого канала файлом' },
    forget: { name: 'забыть', description: 'Удалить всё, что вы написали, и ваше имя, отовсюду' },
    clear: { name: 'очистить', description: 'Удалить все истории этого канала' },
    admin: { name: 'админ', description: 'Для тех, кто меня запустил' },
    adminExport: { name: 'выгрузка', description: 'Всё, что хранится, одним файлом' },
    adminStats: { name: 'статистика', description: 'Цифры' },
    adminBlock: { name: 'закрыть', description: 'Закрыть кому-то доступ' },
    adminUnblock: { name: 'открыть', description: 'Снова открыть доступ' },
  },
  options: {
    prompt: { name: 'начало', description: 'Как начинается история' },
    next: { name: 'что-дальше', description: 'Что будет дальше; без этого решу я' },
    length: { name: 'длина', description: 'Сколько я пишу за раз, в токенах (примерно ¾ слова каждый)' },
    temperature: { name: 'температура', description: 'Меньше: предсказуемее. Больше: неожиданнее' },
    topK: { name: 'top-k', description: 'Из скольких самых вероятных слов я выбираю' },
    topP: { name: 'top-p', description: 'Из какой доли вероятности я выбираю' },
    minP: { name: 'min-p', description: 'Насколько вероятным должно быть слово рядом с самым вероятным' },
    language: {
      name: 'язык',
      description: 'На каком языке я говорю в этом канале (истории зависят от модели)',
    },
    reset: { name: 'сброс', description: 'Сначала вернуть значения по умолчанию' },
    format: { name: 'формат', description: 'Вид файла' },
    story: { name: 'история', description: 'Одна история; без этого все истории канала' },
    user: { name: 'кто', description: 'О ком речь' },
  },
  rest: {
    note: 'Discord даёт мне писать здесь по 15 минут. История продолжается: нажмите кнопку, чтобы её прочесть.',
    button: 'Показать дальше',
  },
  settings: {
    title: 'Как я здесь пишу:',
    length: (tokens) => `Длина: ${countRu(tokens, 'токен', 'токена', 'токенов')}`,
    temperature: 'Температура',
    topK: 'Top-k',
    topP: 'Top-p',
    minP: 'Min-p',
    language: (name) => `Язык: ${name}`,
    languages: { en: 'английский', ru: 'русский', auto: 'как у каждого в Discord' },
    notYours: 'Менять, как я здесь пишу, могут только те, кто управляет этим каналом.',
  },
  history: {
    none: 'Здесь ещё не рассказывали историй. Начните командой /story.',
    title: 'Последние истории, рассказанные здесь:',
    turns: (count) => countRu(count, 'часть', 'части', 'частей'),
  },
  done: {
    undone: 'Отменено. История продолжится с предыдущей части.',
    undoneAll: 'Отменено. Это было начало истории.',
    stopping: 'Останавливаюсь.',
    forgotten: (turns) =>
      turns === 0 ? 'У меня ничего вашего не было.' : `Забыто: ваше имя и написанное вами (${turns}).`,
    cleared: (stories) =>
      stories === 0 ? 'Историй здесь не было.' : `Удалено: все истории этого канала (${stories}).`,
    cancelled: 'Ничего не изменилось.',
    exported: 'Вот ваш файл.',
    blocked: 'Доступ закрыт.',
    unblocked: 'Доступ открыт.',
    unknownPerson: 'Человек с таким именем со мной ещё не писал.',
  },
  confirm: {
    forget: 'Удалить всё, что вы когда-либо со мной написали, и ваше имя? Вернуть это не сможет никто.',
    clear: 'Удалить все истории этого канала? Вернуть их не сможет никто.',
    yes: 'Удалить',
    no: 'Не надо',
    notYours: 'Удалять истории канала могут только те, кто им управляет.',
  },
  admin: {
    notYours: 'Это для тех, кто меня запустил.',
    notHere: 'В этом процессе я этого не умею. Возьмите командную строку или страницы администратора.',
  },
};
