/** A quiet tone of so many seconds as the address of a WAV. */
export function tone(seconds: number): string {
  const rate = 4000;
  const samples = rate * seconds;
  const wav = new DataView(new ArrayBuffer(44 + samples));
  const text = (at: number, word: string) =>
    [...word].forEach((c, i) => wav.setUint8(at + i, c.charCodeAt(0)));
  text(0, 'RIFF');
  wav.setUint32(4, 36 + samples, true);
  text(8, 'WAVEfmt ');
  wav.setUint32(16, 16, true);
  wav.setUint16(20, 1, true);
  wav.setUint16(22, 1, true);
  wav.setUint32(24, rate, true);
  wav.setUint32(28, rate, true);
  wav.setUint16(32, 1, true);
  wav.setUint16(34, 8, true);
  text(36, 'data');
  wav.setUint32(40, samples, true);
  for (let i = 0; i < samples; i++) wav.setUint8(44 + i, 128 + 20 * Math.sin((i / rate) * 2 * Math.PI * 220));
  return URL.createObjectURL(new Blob([wav.buffer], { type: 'audio/wav' }));
}
