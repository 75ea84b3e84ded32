/** The files that decide how text becomes token ids and back. */
const TOKENIZER_FILES = ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'] as const;

/** The files besides the weights that make a model what it is: the digest covers them and the weights. */
export const IDENTITY_FILES = ['config.json', ...TOKENIZER_FILES] as const;
