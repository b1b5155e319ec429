/** Makes a diff one that the viewer's parser reads: it tells files apart by git's own header lines only. */

const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

/** Each file begins with `diff --git` afterwards; what looks like a header within a hunk is left alone. */
export function withHeaders(diff: string): string {
  let [old, fresh] = [0, 0];
  let headed = false;
  return diff
    .split('\n')
    .flatMap(line => {
      if (old > 0 || fresh > 0) {
        old -= line.startsWith('-') || line.startsWith(' ') || line === '' ? 1 : 0;
        fresh -= line.startsWith('+') || line.startsWith(' ') || line === '' ? 1 : 0;
        return [line];
      }
      const hunk = HUNK.exec(line);
      if (hunk) {
        [old, fresh] = [Number(hunk[1] ?? 1), Number(hunk[2] ?? 1)];
        headed = false;
      } else if (line.startsWith('diff --git ')) {
        headed = true;
      } else if (line.startsWith('--- ') && !headed) {
        return ['diff --git a/old b/new', line];
      }
      return [line];
    })
    .join('\n');
}
