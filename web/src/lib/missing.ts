/** A text that no locale has is a fault: the browser tests fail on anything the console calls an error. What says itself what to show instead is none. */
export const tellMissingTexts = {
  saveMissing: true,
  missingKeyHandler: (languages: readonly string[], _space: string, key: string, _shown: string, _update: boolean, options: unknown) => {
    if ((options as { defaultValue?: unknown } | undefined)?.defaultValue === undefined) console.error(`no text for ${key} in ${languages.join(', ')}`);
  },
};
