/**
 * A draft model is loaded and checked as the model is: what is wrong with it is said with the name of its own setting.
 * @throws what `work` throws, its message naming `MODEL_DRAFT`
 */
export async function namingDraft<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error)
      error.message = `MODEL_DRAFT can't be used: ${error.message.replace(/\bMODEL\b/g, 'MODEL_DRAFT')}`;
    throw error;
  }
}
