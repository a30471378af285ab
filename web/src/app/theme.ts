import type { ThemeConfig } from 'antd';

/** antd's theme, derived from tokens.css: no second list of colours. */
export function theme(): ThemeConfig {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    cssVar: { key: 'yuanqu' },
    hashed: false,
    token: {
      colorPrimary: read('--azurite'),
      colorLink: read('--azurite'),
      colorError: read('--seal'),
      colorWarning: read('--ochre-fill'),
      colorSuccess: read('--bamboo'),
      colorInfo: read('--azurite'),
      colorText: read('--ink-1'),
      colorTextSecondary: read('--ink-2'),
      colorTextTertiary: read('--ink-3'),
      colorTextQuaternary: read('--ink-3'),
      colorTextPlaceholder: read('--ink-3'),
      colorTextDescription: read('--ink-3'),
      colorBorder: read('--line-strong'),
      colorBorderSecondary: read('--line'),
      colorBgLayout: read('--canvas'),
      colorBgContainer: read('--panel'),
      colorBgElevated: read('--panel'),
      colorBgMask: read('--veil'),
      fontFamily: read('--face'),
      fontSize: 14,
      controlHeight: 32,
      borderRadius: 6,
      borderRadiusLG: 8,
      borderRadiusSM: 4,
      motion: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      motionDurationFast: '0.06s',
      motionDurationMid: '0.1s',
      motionDurationSlow: '0.12s',
      boxShadow: read('--shadow'),
      boxShadowSecondary: read('--shadow'),
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 400 },
      Input: { activeShadow: 'none' },
      Modal: { titleFontSize: 15 },
    },
  };
}
