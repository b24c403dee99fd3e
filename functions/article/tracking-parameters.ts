/**
 * Query parameters that name how a reader came, not what is read. Collected in November 2026 from the documentation of
 * the services named; `norm` v1 depends on this list, so it is frozen with it.
 */
export const trackingPrefixes = ['utm_', 'pk_', 'mtm_', 'hsa_', 'at_', 'ns_'];

export const trackingParameters = new Set([
  // Google Ads and Analytics, Microsoft Ads, Yandex
  'gclid',
  'gclsrc',
  'dclid',
  'gbraid',
  'wbraid',
  '_ga',
  '_gl',
  'msclkid',
  'yclid',
  '_openstat',
  // Meta, X, TikTok, LinkedIn, Instagram, Reddit, Pinterest
  'fbclid',
  'twclid',
  'ttclid',
  'li_fat_id',
  'igsh',
  'igshid',
  'rdt_cid',
  'epik',
  // Mailchimp, HubSpot, Marketo, Klaviyo, Vero, Drip, Sailthru
  'mc_cid',
  'mc_eid',
  '_hsenc',
  '_hsmi',
  'mkt_tok',
  '_ke',
  'vero_conv',
  'vero_id',
  '__s',
  'sailthru_id',
  // publishers' own: who shared, from which feed or app
  'cmpid',
  'cmp',
  'icid',
  'ncid',
  'ito',
  'smid',
  'smtyp',
  'partner',
  'sr_share',
  'share_from',
  'spm',
  'ocid',
  'xtor',
  'wt_mc',
]);
