/** One measured figure against its budget. */
export interface Row {
  figure: string;
  /** What is asked for; `-` where a figure is there for comparison only. */
  budget: string;
  /** The median. */
  value: number;
  unit: 'ratio' | 'ms' | 'bytes' | '%' | 's' | 'a second' | 'at a time';
  min: number;
  max: number;
  met: boolean;
  /** The absolute numbers behind it. */
  note: string;
}

/** Null: none; whatever comes out is met. */
export type Budget = { atLeast: number } | { atMost: number } | null;

/** A row from the values of several rounds. */
export function row(figure: string, unit: Row['unit'], values: number[], budget: Budget, note = ''): Row {
  const sorted = [...values].sort((a, b) => a - b);
  const value = median(sorted);
  const spread = { min: sorted[0] ?? 0, max: sorted[sorted.length - 1] ?? 0 };
  return { figure, ...judged(value, budget), value, unit, ...spread, note };
}

function judged(value: number, budget: Budget): Pick<Row, 'budget' | 'met'> {
  if (budget === null) return { budget: '-', met: true };
  if ('atLeast' in budget) return { budget: `>= ${budget.atLeast}`, met: value >= budget.atLeast };
  return { budget: `<= ${budget.atMost}`, met: value <= budget.atMost };
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** The rows as a Markdown table. */
export function tableText(rows: Row[]): string {
  const cells = rows.map((r) => [
    r.figure,
    r.budget,
    `${format(r.value)} ${r.unit}`,
    `${format(r.min)} - ${format(r.max)}`,
    metText(r),
    r.note,
  ]);
  const head = ['figure', 'budget', 'median', 'spread', '', 'absolute'];
  const widths = head.map((title, i) => Math.max(title.length, 3, ...cells.map((line) => (line[i] ?? '').length)));
  const line = (texts: string[]) => `| ${texts.map((text, i) => text.padEnd(widths[i] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

function metText({ budget, met }: Row): string {
  if (budget === '-') return '';
  return met ? 'met' : 'MISSED';
}

function format(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
