import type { Drawing } from './drawing';
import { TEXT, inkOf, paint } from './drawing';
import type { Tile } from './figures';

const WIDTH = 960;
const EDGE = 32;
/** Points of the picture for one of the page, so that it stays sharp where it is enlarged. */
const SHARP = 2;

/** What a picture of a report shows. */
export interface Pictured {
  title: string;
  under: string;
  tiles: Tile[];
  charts: { title: string; drawing: Drawing }[];
}

/** How wide a chart is to be drawn for a picture. */
export const CHART_WIDTH = WIDTH - 2 * EDGE;

/** The picture as a PNG in base64, in the theme that the page has. */
export function draw(pictured: Pictured): string {
  const canvas = document.createElement('canvas');
  const charts = pictured.charts.reduce((sum, { drawing }) => sum + drawing.height + 64, 0);
  canvas.width = WIDTH * SHARP;
  canvas.height = (168 + charts) * SHARP;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('no canvas');
  const { colour, end } = resolver();
  const family = getComputedStyle(document.body).fontFamily;
  const write = (text: string, x: number, y: number, size: number, ink: string, weight = 400) => {
    pen.font = `${weight} ${size}px ${family}`;
    pen.fillStyle = colour(ink);
    pen.fillText(text, x, y, CHART_WIDTH);
  };
  pen.scale(SHARP, SHARP);
  pen.fillStyle = colour(paint('surface'));
  pen.fillRect(0, 0, WIDTH, 168 + charts);
  write(pictured.title, EDGE, 46, 20, paint('ink'), 600);
  write(pictured.under, EDGE, 68, 12, paint('ink-2'));
  pictured.tiles.forEach((tile, index) => {
    const x = EDGE + (index * CHART_WIDTH) / pictured.tiles.length;
    write(tile.name, x, 100, 12, paint('ink-2'));
    write(tile.value, x, 126, 20, paint('ink'), 600);
    write(tile.change, x, 144, 10, paint('ink-3'));
  });
  let y = 168;
  for (const { title, drawing } of pictured.charts) {
    write(title, EDGE, y + 18, 13, paint('ink-2'), 600);
    pen.save();
    pen.translate(EDGE, y + 34);
    for (const box of drawing.boxes) {
      pen.fillStyle = colour(paint(box.ink, box.shade));
      pen.fillRect(box.x, box.y, box.w, box.h);
    }
    for (const label of drawing.labels) {
      pen.textAlign = label.anchor === 'middle' ? 'center' : label.anchor;
      write(label.text, label.x, label.y, TEXT, inkOf(label));
    }
    pen.restore();
    y += drawing.height + 64;
  }
  end();
  return canvas.toDataURL('image/png').replace(/^[^,]*,/, '');
}

/** Colours as a canvas takes them: it knows no tokens. */
function resolver(): { colour: (css: string) => string; end: () => void } {
  const probe = document.createElement('i');
  probe.hidden = true;
  document.body.append(probe);
  const known = new Map<string, string>();
  const colour = (css: string) => {
    if (!known.has(css)) {
      probe.style.color = css;
      known.set(css, getComputedStyle(probe).color);
    }
    return known.get(css) ?? '';
  };
  return { colour, end: () => probe.remove() };
}
