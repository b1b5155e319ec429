/** A diff's code in the colours of its language, by the parsers that JupyterLab's own editor has loaded. */
import type { IEditorLanguage, IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { classHighlighter, highlightCode } from '@lezer/highlight';
import { useMemo } from 'react';
import { markEdits, tokenize } from 'react-diff-view';
import type { FileData, HunkData, HunkTokens, TokenizeEnhancer, TokenPath } from 'react-diff-view';
import { useAsked } from '../panel/asking';
import { useServices } from '../panel/services';

type Parser = NonNullable<IEditorLanguage['support']>['language']['parser'];

/** Above this a file has no colours: its words would hold the page up. In characters. */
const MOST = 20_000;

/** Which words of each line changed, and what they are to the language as soon as that is known. */
export function useTokens(file: FileData, path: string): HunkTokens | null {
  const { languages } = useServices();
  const { hunks } = file;
  const small = useMemo(() => lengthOf(hunks) <= MOST, [hunks]);
  const { data: parser } = useAsked(
    () => (small ? parserFor(languages, path) : Promise.resolve(null)),
    [languages, path, small]
  );
  return useMemo(() => tokensOf(hunks, parser), [hunks, parser]);
}

function lengthOf(hunks: readonly HunkData[]): number {
  return hunks.flatMap(({ changes }) => changes).reduce((sum, { content }) => sum + content.length, 0);
}

async function parserFor(languages: IEditorLanguageRegistry | null, path: string): Promise<Parser | null> {
  const language = languages?.findByFileName(path);
  const loaded = language ? await languages?.getLanguage(language) : null;
  return loaded?.support?.language.parser ?? null;
}

function tokensOf(hunks: HunkData[], parser: Parser | null): HunkTokens | null {
  try {
    const enhancers = [markEdits(hunks, { type: 'block' })];
    return tokenize(hunks, { enhancers: parser ? [colouring(parser), ...enhancers] : enhancers });
  } catch {
    return null;
  }
}

/** The viewer's own highlighting takes trees of a whole file apart, which costs several times as much as to make them. */
function colouring(parser: Parser): TokenizeEnhancer {
  return ([old, fresh]) => [coloured(textOf(old), parser), coloured(textOf(fresh), parser)];
}

function textOf(lines: readonly TokenPath[][]): string {
  return lines.map(line => line.map(path => String(path[path.length - 1].value)).join('')).join('\n');
}

function coloured(code: string, parser: Parser): TokenPath[][] {
  const lines: TokenPath[][] = [[]];
  highlightCode(
    code,
    parser.parse(code),
    classHighlighter,
    (value, className) => {
      const text = { type: 'text', value };
      lines[lines.length - 1].push(className ? [{ type: 'element', className }, text] : [text]);
    },
    () => lines.push([])
  );
  return lines;
}
