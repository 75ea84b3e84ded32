/** A response for a person to read: "Hon, as in “Honestly, I would…”". */
export function sayResponse(text: string, inSentence: string | null | undefined): string {
  const piece = text.trim();
  if (inSentence === null || inSentence === undefined || inSentence === piece) return piece;
  return `${piece}, as in “${inSentence}”`;
}
