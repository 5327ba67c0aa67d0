/**
 * What only Discord needs. Names of commands and options are 1 to 32 lower-case letters, descriptions at most 100
 * characters.
 */
export const discordEn = {
  commands: {
    story: { name: 'story', description: 'Begin a story: I write on from your words' },
    continue: { name: 'continue', description: 'Write this channel’s story on' },
    undo: { name: 'undo', description: 'Take the newest part of the story back' },
    stop: { name: 'stop', description: 'Stop writing' },
    history: { name: 'history', description: 'The stories told in this channel' },
    settings: { name: 'settings', description: 'How stories are written in this channel' },
    export: { name: 'export', description: 'Take this channel’s stories along as a file' },
    forget: { name: 'forget', description: 'Remove everything you wrote, and your name, everywhere' },
    clear: { name: 'clear', description: 'Remove all stories of this channel' },
    admin: { name: 'admin', description: 'For the people who host me' },
    adminExport: { name: 'export', description: 'All that is kept, as files' },
    adminStats: { name: 'stats', description: 'Figures' },
    adminBlock: { name: 'block', description: 'Shut somebody out' },
    adminUnblock: { name: 'unblock', description: 'Let somebody in again' },
  },
  options: {
    prompt: { name: 'prompt', description: 'How the story begins' },
    next: { name: 'prompt', description: 'What happens next; without it I decide' },
    length: {
      name: 'length',
      description: 'The most that I write at once, in tokens (about ¾ of a word each)',
    },
    temperature: { name: 'temperature', description: 'Low: predictable. High: wild' },
    topK: { name: 'top-k', description: 'How many of the likeliest words I choose from' },
    topP: { name: 'top-p', description: 'How much of the likelihood I choose from' },
    minP: { name: 'min-p', description: 'How likely a word must be, next to the likeliest' },
    language: {
      name: 'language',
      description: 'The language I speak in this channel (stories are the model’s matter)',
    },
    reset: { name: 'reset', description: 'Go back to the defaults first' },
    format: { name: 'format', description: 'The kind of file' },
    story: { name: 'story', description: 'One story; without it all of this channel' },
    user: { name: 'user', description: 'Who' },
  },
  rest: {
    note: 'Discord lets me write here for 15 minutes at a time. The story goes on; press the button to read it.',
    button: 'Show the rest',
  },
  settings: {
    title: 'How I write here:',
    length: (tokens: number) => `Length: ${tokens} tokens`,
    temperature: 'Temperature',
    topK: 'Top-k',
    topP: 'Top-p',
    minP: 'Min-p',
    language: (name: string) => `Language: ${name}`,
    languages: { en: 'English', ru: 'Russian', auto: 'as each of you has set Discord' },
    notYours: 'Only members who may manage this channel can change how I write here.',
  },
  history: {
    none: 'No stories have been told here yet. Begin one with /story.',
    title: 'The newest stories told here:',
    turns: (count: number) => (count === 1 ? '1 part' : `${count} parts`),
  },
  done: {
    undone: 'Taken back. The story goes on from the part before.',
    undoneAll: 'Taken back. That was the story’s beginning.',
    stopping: 'I am stopping.',
    forgotten: (turns: number) =>
      turns === 0 ? 'I had nothing of yours.' : `Forgotten: your name, and what you wrote (${turns}).`,
    cleared: (stories: number) =>
      stories === 0 ? 'There were no stories here.' : `Removed: all stories of this channel (${stories}).`,
    cancelled: 'Nothing was changed.',
    exported: 'Here you are.',
    blocked: 'Blocked.',
    unblocked: 'Unblocked.',
    unknownPerson: 'Nobody of that name has ever written with me.',
  },
  confirm: {
    forget: 'Shall I remove everything you ever wrote with me, and your name? Nobody can bring it back.',
    clear: 'Shall I remove all stories of this channel? Nobody can bring them back.',
    yes: 'Remove',
    no: 'Cancel',
    notYours: 'Only members who may manage this channel can remove its stories.',
  },
  admin: {
    notYours: 'That is for the people who host me.',
    notHere: 'I can’t do that in this process. Use the command line or the admin pages.',
  },
};
