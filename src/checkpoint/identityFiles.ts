/** The files that decide how text becomes token ids and back. */
const tokenizerFiles = ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja'] as const;

/** The files besides the weights that make a model what it is: the digest covers them and the weights. */
export const identityFiles = ['config.json', ...tokenizerFiles] as const;
