// A unified diff as rows: for one column, or for two side by side.

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

// [{title, rows: [{kind: "same" | "removed" | "added" | "gap", old, new, text}]}]; old and new are line numbers.
// A hunk's header says how many lines it has: so code that looks like a header is never taken for one.
export function parseUnified(text) {
  const files = [];
  let left = { old: 0, new: 0 };
  let at = { old: 0, new: 0 };
  for (const line of text.split("\n")) {
    const rows = files.at(-1)?.rows;
    const [sign, rest] = [line[0], line.slice(1)];
    if (rows && left.new && sign === "+") {
      rows.push({ kind: "added", old: null, new: at.new++, text: rest });
      left.new--;
    } else if (rows && left.old && sign === "-") {
      rows.push({ kind: "removed", old: at.old++, new: null, text: rest });
      left.old--;
    } else if (rows && left.old && left.new && sign === " ") {
      rows.push({ kind: "same", old: at.old++, new: at.new++, text: rest });
      left.old--;
      left.new--;
    } else if (rows && HUNK.test(line)) {
      const [, old, olds, now, news] = HUNK.exec(line);
      if (rows.length) rows.push({ kind: "gap", old: null, new: null, text: "" });
      at = { old: Number(old), new: Number(now) };
      left = { old: Number(olds ?? 1), new: Number(news ?? 1) };
    } else if (line.startsWith("--- ") || line.startsWith("diff --git ")) {
      // git's own line and the old name belong to one file.
      if (!files.length || files.at(-1).rows.length || line.startsWith("diff "))
        files.push({ title: "", rows: [] });
      if (line.startsWith("--- ")) files.at(-1).old = name(line);
      else files.at(-1).title = line.slice("diff --git ".length);
    } else if (line.startsWith("+++ ") && files.length) {
      const file = files.at(-1);
      const [old, now] = [file.old, name(line)];
      if (now === "/dev/null") file.title = `${old} (removed)`;
      else file.title = old === "/dev/null" ? `${now} (new)` : old === now ? now : `${old} → ${now}`;
    }
  }
  return files.map(({ title, rows }) => ({ title, rows }));
}

function name(line) {
  return line.slice(4).replace(/^[ab]\//, "");
}

// Pairs [left, right] of rows; null where one side has nothing. Removed lines stand beside those that came instead.
export function sideBySide(rows) {
  const pairs = [];
  let removed = [];
  let added = [];
  const flush = () => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) {
      pairs.push([removed[i] ?? null, added[i] ?? null]);
    }
    removed = [];
    added = [];
  };
  for (const row of rows) {
    if (row.kind === "removed") {
      if (added.length) flush();
      removed.push(row);
    } else if (row.kind === "added") added.push(row);
    else {
      flush();
      pairs.push([row, row]);
    }
  }
  flush();
  return pairs;
}

// What differs within two lines: [before, middle, after] of each, the outer parts being the same.
export function within(one, other) {
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start++;
  let end = 0;
  while (end < most - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  const parts = (text) => [
    text.slice(0, start),
    text.slice(start, text.length - end),
    text.slice(text.length - end),
  ];
  return [parts(one), parts(other)];
}
