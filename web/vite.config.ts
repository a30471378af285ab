import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const api = process.env.YUANQU_API ?? 'http://127.0.0.1:8080';
const icons = { find: /^@ant-design\/icons$/, replacement: '@ant-design/icons/es' };
const source = { find: /^@\//, replacement: fileURLToPath(new URL('./src/', import.meta.url)) };

export default defineConfig({
  plugins: [react()],
  resolve: { alias: [icons, source] },
  server: { host: '127.0.0.1', port: 5173, proxy: { '/api': { target: api } } },
  build: {
    target: 'es2022',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
    rollupOptions: {
      input: { index: fileURLToPath(new URL('./index.html', import.meta.url)), centre: fileURLToPath(new URL('./centre.html', import.meta.url)) },
      output: {
        manualChunks(id) {
          if (id.includes('node_modules/echarts') || id.includes('node_modules/zrender')) return 'charts';
          if (/node_modules\/(react|react-dom|scheduler|react-router|react-router-dom|@remix-run)\//.test(id)) return 'react';
          return undefined;
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    server: { deps: { inline: [/antd/, /@ant-design/, /@rc-component/] } },
  },
});
