const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
const NOTHING = /\p{M}|\p{Cf}|\p{Cc}/u;
const WIDE =
  /\p{sc=Han}|\p{sc=Hira}|\p{sc=Kana}|\p{sc=Hang}|\p{Emoji_Presentation}|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u;

/** Columns of a terminal that a text takes: colours none, what is written in full width (Chinese, Japanese, Korean, emoji) two, marks on letters none. */
export function textWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length;
  let width = 0;
  for (const character of text.replace(COLOUR, '')) {
    if (NOTHING.test(character)) continue;
    width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
