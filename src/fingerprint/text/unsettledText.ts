/** Letters, numbers and marks of Unicode 15, 15.1, 16 and 17, with the unassigned characters between them. */
const newCharacters = String.raw`
  \u{88f}\u{897}\u{c5c}\u{cdc}\u{cf3}\u{ece}\u{1acf}-\u{1aeb}\u{1c89}-\u{1c8a}\u{a7cb}-\u{a7cf}\u{a7d2}\u{a7d4}
  \u{a7da}-\u{a7f1}\u{105c0}-\u{105f3}\u{10940}-\u{10959}\u{10d40}-\u{10d85}\u{10ec2}-\u{10eff}\u{1123f}-\u{11241}
  \u{11380}-\u{113e2}\u{116d0}-\u{116e3}\u{11b60}-\u{11bf9}\u{11db0}-\u{11de9}\u{11f00}-\u{11f5a}\u{1342f}
  \u{13440}-\u{143fa}\u{16100}-\u{16139}\u{16d40}-\u{16d79}\u{16ea0}-\u{16ed3}\u{16ff2}-\u{16ff6}\u{187f8}-\u{187ff}
  \u{18cff}\u{18d09}-\u{18df2}\u{1b132}\u{1b155}\u{1ccf0}-\u{1ccf9}\u{1d2c0}-\u{1d2d3}\u{1df25}-\u{1df2a}
  \u{1e030}-\u{1e08f}\u{1e4d0}-\u{1e6ff}\u{2b739}-\u{2b73f}\u{2cea2}-\u{2cead}\u{2ebf0}-\u{2ee5d}\u{31350}-\u{33479}`;

/** Marks of Unicode 10 to 14 that NFC reorders or composes: Hugging Face tokenizers normalises as Unicode 9 does. */
const newMarks = String.raw`
  \u{7fd}\u{898}-\u{89f}\u{8ca}-\u{8d3}\u{9fe}\u{c3c}\u{d3b}-\u{d3c}\u{eba}\u{1715}\u{1abf}-\u{1ace}\u{1df6}-\u{1dfa}
  \u{a82c}\u{10d24}-\u{10d27}\u{10eab}-\u{10eac}\u{10f46}-\u{10f50}\u{10f82}-\u{10f85}\u{11070}\u{1133b}\u{1145e}
  \u{11839}-\u{1183a}\u{11930}\u{11935}\u{11938}\u{1193d}-\u{1193e}\u{11943}\u{119e0}\u{11a34}\u{11a47}\u{11a99}
  \u{11d42}\u{11d44}-\u{11d45}\u{11d97}\u{16ff0}-\u{16ff1}\u{1e130}-\u{1e136}\u{1e2ae}\u{1e2ec}-\u{1e2ef}`;

const unsettled = new RegExp(String.raw`[\p{Cn}\p{Cs}${(newCharacters + newMarks).replace(/\s/g, '')}]`, 'u');

/**
 * Whether a text has a character that programs cut into tokens differently, depending on the version of
 * Unicode they were built with: no key or response may. Half a surrogate pair counts too, because most
 * programs reject it.
 */
export function isUnsettled(text: string): boolean {
  return unsettled.test(text);
}
