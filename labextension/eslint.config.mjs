import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['lib/', 'node_modules/', '*.js', '*.mjs', 'style/', 'src/api/wire.ts'] },
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: './tsconfig.test.json' } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', 300],
      // JupyterLab's signals are given the object beside its method.
      '@typescript-eslint/unbound-method': 'off',
      // What comes from a notebook is text: nothing of it may become markup.
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'write'].map(property => ({
          property,
          message: 'Use textContent: everything shown is hostile data.'
        }))
      ]
    }
  }
);
