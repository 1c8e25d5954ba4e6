/** What only a link brings up. */
export { default as LinkDialog } from './features/links/LinkDialog.svelte';
/** The screens but the first, each under the name that the desk has for it. */
export { default as calls } from './features/calls/Calls.svelte';
export { default as lists } from './features/lists/Lists.svelte';
export { default as customers } from './features/customers/Customers.svelte';
export { default as follow_ups } from './features/follow-ups/FollowUps.svelte';
export { default as reports } from './features/reports/Reports.svelte';
export { default as settings } from './features/settings/Settings.svelte';
