/** What a curl command of a document asks for. */
export interface CurlCommand {
  method: string;
  /** Behind `localhost:8080`. */
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

const WORD = /'([^']*)'|"([^"]*)"|([^\s'"]+)/g;

/** Reads a command of one line with the options -i, -s, -X, -H and -d; `$ID` stands for `id`. Throws for any other. */
export function readCurl(line: string, id: string): CurlCommand {
  const words = [...line.matchAll(WORD)].map(
    ([, plain, expanded, bare]) => plain ?? (expanded ?? bare ?? '').replace('$ID', id),
  );
  const read: CurlCommand = { method: '', path: '', headers: {}, body: undefined };
  if (words.shift() !== 'curl') throw new Error(`This is no call: ${line}`);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const value = (): string => words.shift() ?? '';
    if (word === '-X') read.method = value();
    else if (word === '-d') read.body = value();
    else if (word === '-H') {
      const [name = '', ...rest] = value().split(': ');
      read.headers[name] = rest.join(': ');
    } else if (word.startsWith('localhost:8080')) read.path = word.slice('localhost:8080'.length);
    else if (word !== '-i' && word !== '-s') throw new Error(`${word} is not known in: ${line}`);
  }
  return { ...read, method: read.method || (read.body === undefined ? 'GET' : 'POST') };
}
