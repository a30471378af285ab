/** The colour of a case's state. */
export const stateTone: Record<string, string> = { running: 'azurite', waiting: 'ochre', stopped: 'seal', completed: 'bamboo', cancelled: '' };
