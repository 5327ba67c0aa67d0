/** Who the audit log names for what is done on the pages. */
export const pagesActor = 'admin';
