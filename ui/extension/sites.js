// The list of sites on which numbers can be clicked: the one in front is allowed here, and each can be
// taken off. The browser shows it from the tool bar and as the extension's options.

const say = (name, ...parts) => chrome.i18n.getMessage(name, parts);
const at = (selector) => document.querySelector(selector);

/** The site in front, as the browser's list has it; null for pages that have none. */
async function siteInFront() {
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  const address = URL.parse(tab?.url ?? '');
  return address && /^https?:$/.test(address.protocol)
    ? { name: address.hostname, origin: `${address.protocol}//${address.hostname}/*` }
    : null;
}

async function show() {
  const { origins = [] } = await chrome.permissions.getAll();
  const site = await siteInFront();
  const allowed = site !== null && (await chrome.permissions.contains({ origins: [site.origin] }));
  at('#front').dataset.standing = site === null ? 'none' : allowed ? 'allowed' : 'not_allowed';
  at('#site').textContent = site?.name ?? '';
  at('#standing').textContent = say(
    site === null ? 'standingNone' : allowed ? 'standingAllowed' : 'standingNot',
  );
  at('#allow').hidden = site === null || allowed;
  at('#stop').hidden = !origins.includes(site?.origin);
  at('#allow').onclick = () => allow(site);
  at('#stop').onclick = () => remove(site.origin);
  const others = origins.filter((origin) => origin !== site?.origin).toSorted();
  at('#list').hidden = others.length === 0;
  at('h2').textContent = say(site === null ? 'sites' : 'otherSites');
  at('ul').replaceChildren(...others.map(row));
}

/** The question must follow the click at once, or the browser does not ask it. */
function allow(site) {
  chrome.permissions.request({ origins: [site.origin] }).then(show, () => {
    at('#standing').textContent = say('standingRefused');
  });
}

function remove(origin) {
  void chrome.permissions.remove({ origins: [origin] }).then(show);
}

function row(origin) {
  const item = document.createElement('li');
  const name = document.createElement('span');
  const off = document.createElement('button');
  name.textContent = origin.replace(/^https:\/\/|\/\*$/g, '');
  off.textContent = say('stop');
  off.setAttribute('aria-label', say('stopOn', name.textContent));
  off.onclick = () => remove(origin);
  item.append(name, off);
  return item;
}

document.documentElement.lang = say('language');
document.title = say('name');
at('h1').textContent = say('product');
at('#allow').textContent = say('allow');
at('#stop').textContent = say('stop');
at('footer').textContent = say('promise');
chrome.permissions.onAdded.addListener(show);
chrome.permissions.onRemoved.addListener(show);
void show();
