// Marks the numbers of a page, and fills the one that is clicked into Bohao, on sites that the user allowed.
//
// Nothing of the page is taken apart: what draws it finds every node where it left it, and a number is read
// at the click, so it is never one that stood there before. Nothing leaves the page but by that click.

(() => {
  if (globalThis.bohaoAtWork) return;
  globalThis.bohaoAtWork = true;

  /** What is written into, pressed, or means something else than its letters. */
  const LEFT_ALONE =
    'a, button, label, summary, input, textarea, select, script, style, noscript, code, pre, svg, ' +
    '[role="button"], [role="textbox"], [contenteditable]:not([contenteditable="false"])';
  /** Letters. Nobody looks for a number in a longer piece. */
  const LONGEST = 20_000;
  /** Numbers with a line under them. A click finds those beyond too. */
  const MOST_MARKED = 5_000;
  /** Changes that wait; of more, the whole page is looked at instead. */
  const MOST_WAITING = 1_000;
  /** Texts that are looked at in any case, where a page leaves no time. */
  const AT_LEAST = 50;

  // A form's field may bear the name of what is called here, and stand in its place.
  const { closest } = Element.prototype;
  const { contains } = Node.prototype;
  const gone = new AbortController();
  const highlight = new Highlight();
  const marked = new Map();
  const waiting = new Set();
  let walk = look();
  let idle;

  function numbersIn(text) {
    if (text.data.length > LONGEST) return [];
    const found = globalThis.bohaoNumbers(text.data);
    return found.length === 0 || isLeftAlone(text) ? [] : found;
  }

  function isLeftAlone(text) {
    const holder = text.parentElement;
    return !holder || closest.call(holder, LEFT_ALONE) !== null || document.designMode === 'on';
  }

  function mark(text) {
    unmark(text);
    const found = highlight.size < MOST_MARKED ? numbersIn(text) : [];
    if (found.length === 0) return;
    const ranges = found.map(
      ({ from, to }) =>
        new StaticRange({ startContainer: text, startOffset: from, endContainer: text, endOffset: to }),
    );
    for (const range of ranges) highlight.add(range);
    marked.set(text, ranges);
  }

  function unmark(text) {
    for (const range of marked.get(text) ?? []) highlight.delete(range);
    marked.delete(text);
  }

  function* look() {
    for (const node of waiting) {
      waiting.delete(node);
      if (node.nodeType === Node.TEXT_NODE) yield node;
      else yield* textsIn(node);
    }
  }

  function* textsIn(node) {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      yield walker.currentNode;
      // From a text that was taken out meanwhile no way leads on.
      if (!contains.call(node, walker.currentNode)) return lookSoon([node]);
    }
  }

  function lookSoon(nodes) {
    for (const node of nodes) waiting.add(node);
    if (waiting.size > MOST_WAITING) {
      waiting.clear();
      waiting.add(document.documentElement);
    }
    idle ??= requestIdleCallback(goOn, { timeout: 1_000 });
  }

  /** Looks for as long as the page has nothing else to do, and goes on the next time. */
  function goOn(deadline) {
    idle = undefined;
    for (const text of marked.keys()) if (!text.isConnected) unmark(text);
    for (let looked = 0; looked < AT_LEAST || deadline.timeRemaining() > 1; looked++) {
      const { value: text, done } = walk.next();
      if (done) return void (walk = look());
      if (text.isConnected) mark(text);
    }
    lookSoon([]);
  }

  /** The number that is seen at this place of the window. */
  function numberAt({ clientX: x, clientY: y, target }) {
    const place = document.caretPositionFromPoint(x, y);
    const text = place?.offsetNode;
    if (text?.nodeType !== Node.TEXT_NODE || !contains.call(target, text)) return null;
    const found = numbersIn(text).find(({ from, to }) => from <= place.offset && place.offset <= to);
    if (!found) return null;
    const range = document.createRange();
    range.setStart(text, found.from);
    range.setEnd(text, found.to);
    // Beside a text, its nearest letter is named.
    const seen = [...range.getClientRects()];
    const within = seen.some((it) => it.left <= x && x <= it.right && it.top <= y && y <= it.bottom);
    return within ? { holder: text.parentElement, said: range.toString() } : null;
  }

  let holder = null;
  let pointer;
  let frame;
  function over(event) {
    pointer = event;
    frame ??= requestAnimationFrame(() => {
      frame = undefined;
      const now = numberAt(pointer)?.holder ?? null;
      if (now === holder) return;
      holder?.removeAttribute('data-bohao-over');
      now?.setAttribute('data-bohao-over', '');
      holder = now;
    });
  }

  function click(event) {
    // A page can pretend a click, and one that ends a selection was meant for the selection.
    if (
      !event.isTrusted ||
      event.button !== 0 ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    if (!getSelection().isCollapsed) return;
    const number = numberAt(event);
    if (!number) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const link = document.createElement('a');
    link.href = `bohao://dial?number=${encodeURIComponent(number.said)}`;
    link.click();
  }

  const observer = new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes)
      lookSoon(type === 'childList' ? addedNodes : [target]);
  });

  async function leaveUnlessAllowed() {
    const allowed = await chrome.runtime.sendMessage(null);
    if (allowed) return;
    gone.abort();
    observer.disconnect();
    cancelIdleCallback(idle);
    highlight.clear();
    holder?.removeAttribute('data-bohao-over');
    chrome.runtime.onMessage.removeListener(leaveUnlessAllowed);
    globalThis.bohaoAtWork = false;
  }

  CSS.highlights.set('bohao-number', highlight);
  addEventListener('mousemove', over, { capture: true, passive: true, signal: gone.signal });
  addEventListener('click', click, { capture: true, signal: gone.signal });
  chrome.runtime.onMessage.addListener(leaveUnlessAllowed);
  observer.observe(document, { childList: true, characterData: true, subtree: true });
  lookSoon([document.documentElement]);
})();
