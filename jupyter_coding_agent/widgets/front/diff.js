// What any attempt changed against any other, in one column or side by side.

import { el, show } from "./dom.js";
import { askKernel, serverOf } from "./server.js";
import { parseUnified, sideBySide, within } from "./unified.js";

const SIGN = { added: "+", removed: "-", same: " ", gap: "⋯" };
const WORD = { added: "added", removed: "removed" };

export function diff({ model, el: place, about, server = serverOf() }) {
  const known = new Map([[`${about.from}-${about.to}`, about.unified_diff]]);
  let [from, to, layout] = [about.from, about.to, "side"];
  let turn = 0;
  const body = el("div", { class: "jcap-diff", tabindex: "0", role: "group", "aria-label": "Difference" });
  const note = el("span", { class: "jcap-soft", role: "status" });
  const first = choice("From", about.attempts, from, (value) => ((from = value), update()));
  const second = choice("To", about.attempts, to, (value) => ((to = value), update()));
  // In a form of its own, so that no other panel's radio buttons belong to the same group.
  const layouts = el(
    "fieldset",
    { class: "jcap-layouts" },
    el("legend", { class: "jcap-unseen" }, "Layout"),
    ...[
      ["side", "side by side"],
      ["unified", "unified"],
    ].map(([value, label]) =>
      el(
        "label",
        {},
        el("input", {
          type: "radio",
          name: "jcap-layout",
          checked: value === layout,
          onchange: () => ((layout = value), update()),
        }),
        ` ${label}`,
      ),
    ),
  );
  const root = el(
    "section",
    { class: "jcap", "aria-label": "Coding agent: difference" },
    el("div", { class: "jcap-head" }, el("strong", {}, "Difference"), first, second, el("form", {}, layouts), note),
    body,
    el("div", { class: "jcap-soft" }, about.execution_id),
  );
  place.append(root);
  update();

  async function update() {
    const mine = ++turn;
    const text = await difference(from, to).catch((error) => error);
    if (mine !== turn) return;
    if (text instanceof Error) {
      show(note, text.message);
      return;
    }
    const files = parseUnified(text);
    show(note, files.length ? counts(files) : "No difference.");
    body.replaceChildren(...files.map((file) => table(file, layout)));
  }

  async function difference(one, other) {
    const key = `${one}-${other}`;
    if (!known.has(key)) known.set(key, one === other ? "" : await fetched(one, other));
    return known.get(key);
  }

  async function fetched(one, other) {
    try {
      const path = `/execute/${about.execution_id}/diff?from_attempt=${one}&to_attempt=${other}`;
      return (await server.call("GET", path)).unified_diff;
    } catch {
      // No server, or another one: the kernel knows the engine.
      return askKernel(model, { ask: "diff", execution_id: about.execution_id, from: one, to: other });
    }
  }

  return () => root.remove();
}

function choice(label, attempts, chosen, change) {
  const options = attempts.map(({ number, title }) =>
    el("option", { value: number, selected: number === chosen }, title),
  );
  const select = el("select", { onchange: () => change(Number(select.value)) }, ...options);
  return el("label", {}, `${label} `, select);
}

function counts(files) {
  const rows = files.flatMap((file) => file.rows);
  const of = (kind) => rows.filter((row) => row.kind === kind).length;
  return `${of("added")} added, ${of("removed")} removed`;
}

function table(file, layout) {
  const rows = layout === "side" ? sideBySide(file.rows).map(twoSides) : file.rows.map(oneColumn);
  return el(
    "table",
    { class: `jcap-table jcap-${layout}` },
    el("caption", {}, file.title || "renamed"),
    el("tbody", {}, ...rows),
  );
}

function oneColumn(row) {
  return el("tr", { class: `jcap-${row.kind}` }, number(row.old), number(row.new), code(row, [row.text]));
}

function twoSides([left, right]) {
  const changed = left && right && left.kind === "removed" && right.kind === "added";
  const [was, is] = changed ? within(left.text, right.text) : [[left?.text ?? ""], [right?.text ?? ""]];
  return el("tr", {}, number(left?.old), code(left, was), number(right?.new), code(right, is));
}

function number(line) {
  return el("td", { class: "jcap-number" }, line === null || line === undefined ? "" : String(line));
}

function code(row, parts) {
  if (row === null) return el("td", { class: "jcap-code jcap-nothing" });
  const [before, middle, after] = parts.length === 3 ? parts : [parts[0], "", ""];
  return el(
    "td",
    { class: `jcap-code jcap-${row.kind}` },
    WORD[row.kind] ? el("span", { class: "jcap-unseen" }, `${WORD[row.kind]}: `) : null,
    el("span", { class: "jcap-mark", "aria-hidden": "true" }, SIGN[row.kind]),
    before,
    middle ? el("mark", {}, middle) : null,
    after,
  );
}
