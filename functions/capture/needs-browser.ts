/** Pages that only a browser can show: what their URL names behind the # never reaches the site. */
import type { Problem } from '../problems.ts';

/** A site never sees what stands behind `#`, and answers the same page for all. */
export function needsBrowser(url: string): Problem {
  return {
    code: 'needs-browser',
    detail: `the story of ${url} is named behind the #, which sites never see; send what the browser shows as "html"`,
  };
}
