/** The commands that open the panel and work on cells, by name: the schema has the same names for shortcuts and menus. */
export const PanelCommands = {
  openPanel: 'coding-agent:open-panel',
  openTab: 'coding-agent:open-tab',
  newSession: 'coding-agent:new-session',
  focusComposer: 'coding-agent:focus-composer',
  showView: 'coding-agent:show-view',
  showExecution: 'coding-agent:show-execution',
  cancel: 'coding-agent:cancel'
} as const;

export const CellCommands = {
  explain: 'coding-agent:explain-cell',
  test: 'coding-agent:test-cell'
} as const;
