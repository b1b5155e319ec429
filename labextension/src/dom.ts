/** Building what is shown. Text only becomes text nodes, so nothing from a notebook can become markup. */
export type Child = Node | string | null | false;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => !!child));
  return element;
}

/** A button. JupyterLab's own shortcuts would take Enter and the space bar from it. */
export function button(label: string, act: () => void, attributes: Readonly<Record<string, string>> = {}) {
  const element = h('button', { type: 'button', 'data-lm-suppress-shortcuts': 'true', ...attributes }, label);
  element.addEventListener('click', act);
  return element;
}

/** Something that opens and closes. */
export function disclosure(summary: string, open: boolean, ...children: readonly Child[]) {
  const head = h('summary', { 'data-lm-suppress-shortcuts': 'true' }, summary);
  const element = h('details', {}, head, ...children);
  element.open = open;
  return element;
}

export function bullets(items: readonly Child[], attributes: Readonly<Record<string, string>> = {}) {
  return h('ul', attributes, ...items.filter(item => !!item).map(item => h('li', {}, item)));
}
