/** The hash of code that a receipt carries, computed here: for when no server can be asked. */

/** SHA-256 over the canonical JSON of path → text, as `validation/receipts.py` writes it. */
export async function filesSha256(
  files: Readonly<Record<string, string>>,
  crypto: SubtleCrypto
): Promise<string> {
  const sorted = Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1)));
  const json = JSON.stringify(sorted).replace(
    /[\u007f-\uffff]/g,
    sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
  );
  const digest = await crypto.digest('SHA-256', new TextEncoder().encode(json));
  return Array.from(new Uint8Array(digest), byte => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Whether the code is what the hash is of, white space at a file's end aside; null where that can't be told,
 * because the page was not loaded over a secure connection.
 */
export async function matches(
  files: Readonly<Record<string, string>>,
  codeSha256: string,
  crypto: SubtleCrypto | undefined
): Promise<boolean | null> {
  if (crypto === undefined) {
    return null;
  }
  for (const end of ['\n', '']) {
    const ended = Object.fromEntries(
      Object.entries(files).map(([path, text]) => [path, text.trimEnd() + end])
    );
    if ((await filesSha256(ended, crypto)) === codeSha256) {
      return true;
    }
  }
  return false;
}
