// The browser keeps the list of sites that the user allowed, and lets the extension onto no other. This only
// brings the script to their pages, and has it leave when a site is taken off the list.

const SCRIPT = 'numbers';
const JS = ['numbers.js', 'page.js'];
const CSS = ['page.css'];

let turn = Promise.resolve();

/** One change of the list after the other. */
function follow() {
  turn = turn.then(register, register);
  return turn;
}

async function register() {
  const { origins: matches = [] } = await chrome.permissions.getAll();
  const known = await chrome.scripting.getRegisteredContentScripts({ ids: [SCRIPT] });
  const script = { id: SCRIPT, js: JS, css: CSS, matches, allFrames: true, runAt: 'document_idle' };
  if (matches.length === 0) {
    if (known.length > 0) await chrome.scripting.unregisterContentScripts({ ids: [SCRIPT] });
  } else if (known.length > 0) await chrome.scripting.updateContentScripts([script]);
  else await chrome.scripting.registerContentScripts([script]);
}

/** The pages of a site that are open already would have to be loaded again otherwise. */
async function begin(origins) {
  for (const { id: tabId } of await chrome.tabs.query({ url: origins })) {
    const target = { tabId, allFrames: true };
    // A page of the browser's own, such as one of an error, takes no script.
    await chrome.scripting.insertCSS({ target, files: CSS }).catch(() => undefined);
    await chrome.scripting.executeScript({ target, files: JS }).catch(() => undefined);
  }
}

/** Has every page ask whether it still may. */
async function recall() {
  for (const { id } of await chrome.tabs.query({}))
    await chrome.tabs.sendMessage(id, null).catch(() => undefined);
}

async function mayStay(address) {
  const { protocol, hostname } = new URL(address);
  return chrome.permissions.contains({ origins: [`${protocol}//${hostname}/*`] });
}

chrome.permissions.onAdded.addListener(({ origins = [] }) => follow().then(() => begin(origins)));
chrome.permissions.onRemoved.addListener(() => follow().then(recall));
chrome.runtime.onInstalled.addListener(follow);
chrome.runtime.onStartup.addListener(follow);
chrome.runtime.onMessage.addListener((_, sender, answer) => {
  mayStay(sender.url).then(answer, () => answer(false));
  return true;
});
