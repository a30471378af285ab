import accessibility from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import { readdirSync } from 'node:fs';
import typescript from 'typescript-eslint';

const features = readdirSync(new URL('./src/features', import.meta.url));

export default typescript.config(
  { ignores: ['dist', 'src/lib/openapi.ts'] },
  ...typescript.configs.strict,
  { files: ['**/*.{ts,tsx}'], ...accessibility.flatConfigs.recommended },
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { 'react-hooks': hooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-restricted-imports': ['error', { patterns: [{ group: ['../../*'], message: 'Use @/ for what is outside the folder.' }] }],
    },
  },
  // A feature never reaches into another; what two need goes to components or lib. lib and components know no feature.
  ...features.map((feature) => ({
    files: [`src/features/${feature}/**`],
    rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['@/features/*', '@/app/*'], message: 'Features do not import features or the shell.' }, { group: ['../../*', '../*'], message: 'Use @/ for what is outside the folder.' }] }] },
  })),
  { files: ['src/components/**', 'src/lib/**'], rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['@/features/*', '@/app/*'], message: 'Lower folders know no feature.' }] }] } },
  { files: ['src/lib/**'], rules: { 'no-restricted-imports': ['error', { patterns: [{ group: ['@/features/*', '@/app/*', '@/components/*'], message: 'lib is the lowest folder.' }] }] } },
);
