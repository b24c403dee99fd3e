/** Names that Windows keeps for devices, whatever stands behind their first dot: who opens one opens no file. */
export function isDeviceName(name: string): boolean {
  return /^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])\s*(\.|$)/i.test(name);
}
