/**
 * curl for a service of the host itself: without a ~/.curlrc (-q only counts as the first option) and past any proxy.
 * The names are spelled out since `*` would be a pattern in a rule of sudoers.
 */
export const curlHere = 'curl -q --noproxy localhost,127.0.0.1 --silent';
