/**
 * curl for a service on the host itself: without a ~/.curlrc (-q counts only as the first option) and without any
 * proxy. The host names are spelled out because `*` would be a pattern in a sudoers rule.
 */
export const curlHere = 'curl -q --noproxy localhost,127.0.0.1 --silent';
