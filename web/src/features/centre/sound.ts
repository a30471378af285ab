/** The horn: one tone pattern by priority until it is silenced. Browsers allow sound after the first touch of a page. */
let context: AudioContext | null = null;
let timer: ReturnType<typeof setInterval> | null = null;
let playing = 0;

function beep(level: number): void {
  try {
    context ??= new AudioContext();
    if (context.state === 'suspended') void context.resume();
    const count = level === 1 ? 3 : level === 2 ? 2 : 1;
    for (let i = 0; i < count; i += 1) {
      const tone = context.createOscillator();
      const gain = context.createGain();
      tone.frequency.value = level === 1 ? 880 : level === 2 ? 660 : 440;
      gain.gain.value = 0.08;
      tone.connect(gain).connect(context.destination);
      tone.start(context.currentTime + i * 0.22);
      tone.stop(context.currentTime + i * 0.22 + 0.14);
    }
  } catch { /* no sound device: the bar still shows it */ }
}

/** 0 is silence; 1 … 4 the priority that sounds. */
export function setSound(level: number): void {
  if (level === playing) return;
  playing = level;
  if (timer) clearInterval(timer);
  timer = null;
  if (level === 0) return;
  beep(level);
  timer = setInterval(() => beep(level), level === 1 ? 1200 : 2500);
}
