/** The bookmark button: code of one line that opens our window from any page, and hands the page over when the window asks for it. */

/**
 * `origin`: where this archive is. The page answers our window alone, and only what that asks for; the window decides what is taken
 * (`browser.js`). It works on pages that forbid requests to other sites, since it makes none.
 */
export function bookmarklet(origin: string): string {
  const code = `(()=>{const o=${JSON.stringify(origin)},w=open(o+'/save?window=1&url='+encodeURIComponent(location.href),'_blank','width=560,height=680');addEventListener('message',e=>{if(e.source===w&&e.origin===o&&e.data==='nightdesk:send')w.postMessage({url:location.href,title:document.title,html:'<!doctype html>'+document.documentElement.outerHTML},o)})})()`;
  return `javascript:${encodeURIComponent(code)}`;
}
