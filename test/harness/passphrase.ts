/** Of every key set that a test makes. */
export const passphrase = 'correct horse battery staple';
