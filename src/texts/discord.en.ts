/** What only Discord needs. Names are 1 to 32 lower-case letters, descriptions at most 100 characters. */
export const discordEn = {
  rest: {
    note: 'Discord lets me write here for 15 minutes at a time. The story goes on; press the button to read it.',
    button: 'Show the rest',
  },
};
