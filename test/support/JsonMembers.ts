/**
 * The members of a JSON object as they are written: some values, such as `1e400`, do not survive `JSON.parse`. Without recursion, for
 * any depth; the text is taken to be JSON.
 */
export function memberTexts(json: string): Record<string, string> {
  const members: Record<string, string> = {};
  let key: string | undefined;
  let from = 0;
  let depth = 0;
  // Texts as a whole, and what structures; all else belongs to numbers and words.
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    const isClosing = token === '}' || token === ']';
    if (isClosing) depth--;
    const ends = (depth === 1 && token === ',') || (depth === 0 && isClosing);
    if (ends && key !== undefined) {
      members[key] = json.slice(from, index).trim();
      key = undefined;
    } else if (depth === 1 && key === undefined && token.startsWith('"')) {
      key = JSON.parse(token) as string;
    } else if (depth === 1 && token === ':') {
      from = index + 1;
    }
    if (token === '{' || token === '[') depth++;
  }
  return members;
}
