import type { Words } from '../zh';

export const listen: Words['listen'] = {
  next: 'Next recording',
  previous: 'Previous recording',
  first: 'No recording before this one',
  last: 'No recording after this one',
  skipSilence: 'Skip silence',
  playOn: 'Autoplay',
  mark: 'Mark',
  marks: 'Marks',
  jump: (at) => `Play from ${at}`,
  note: (at) => `Note at ${at}`,
  notePlaceholder: 'What was said here',
  remove: (at) => `Remove the mark at ${at}`,
  removed: (at) => `Mark at ${at} removed`,
  undo: 'Undo',
  drag: 'Drag out',
  dragText: 'Drag it onto a folder to save the recording there',
  keyed: (what, key) => `${what} (${key})`,
  keys: 'Keys of the player',
  space: 'Space',
  keyPlay: 'play, pause',
  keySeek: 'back, on by 5 s; with Shift by 1 s',
  keySpeed: 'slower, faster',
  keyStep: 'next, previous recording',
  keyMark: 'mark this moment',
  noDecoder: (form) =>
    `This recording ${form}can’t be decoded here. Save it and open it with another program.`,
  form: (name) => `(${name}) `,
  noPlayer:
    'This computer lacks the system’s part for playing sound. The recording is whole and can be saved. On Linux, install gstreamer1.0-plugins-good; on Windows N, the Media Feature Pack; then open Bohao again.',
};
